package dev.warmpool.local.gateway;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The function and the version that a call names. Immutable.
 *
 * @param name logical id
 * @param qualifier version or alias; empty without one
 */
record InvokeTarget(String name, Optional<String> qualifier) {

  private static final Pattern QUALIFIER = Pattern.compile("[\\w$-]{1,128}");
  private static final String PARAMETER = "Qualifier=";

  /**
   * Reads {@code arn:aws:lambda:REGION:ACCOUNT:function:NAME}, {@code ACCOUNT:function:NAME} or
   * {@code NAME}, each with or without {@code :QUALIFIER}, and the query parameter of that name.
   */
  static InvokeTarget of(String text, @Nullable String query) {
    List<String> parts = Arrays.asList(text.split(":", -1));
    int function = parts.indexOf("function");
    boolean qualified = function > 0 && function + 1 < parts.size();
    int name = qualified ? function + 1 : 0;
    Optional<String> own = Optional.of(name + 1).filter(i -> i < parts.size()).map(parts::get);
    Optional<String> parameter = parameter(query);
    if (own.isPresent() && parameter.isPresent() && !own.equals(parameter)) {
      throw InvokeFault.parameter(
          "The derived qualifier from the function name does not match the specified qualifier.");
    }
    Optional<String> qualifier = own.or(() -> parameter);
    qualifier.ifPresent(InvokeTarget::check);
    return new InvokeTarget(parts.get(name), qualifier);
  }

  private static Optional<String> parameter(@Nullable String query) {
    return Arrays.stream(query == null ? new String[0] : query.split("&"))
        .filter(part -> part.startsWith(PARAMETER))
        .map(part -> HttpEvent.decoded(part.substring(PARAMETER.length())))
        .filter(value -> !value.isEmpty())
        .findFirst();
  }

  private static void check(String qualifier) {
    if (!QUALIFIER.matcher(qualifier).matches()) {
      throw new InvokeFault(
          400,
          "ValidationException",
          ("1 validation error detected: Value '%s' at 'qualifier' failed to satisfy constraint:"
                  + " Member must satisfy regular expression pattern: (|[a-zA-Z0-9$_-]+)")
              .formatted(qualifier));
    }
  }
}
