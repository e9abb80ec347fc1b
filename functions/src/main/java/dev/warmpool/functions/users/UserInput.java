package dev.warmpool.functions.users;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.functions.http.Problem;
import dev.warmpool.functions.http.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What callers send about users, checked: every fault is reported, then nothing is done. */
final class UserInput {

  static final int MAX_IDS = 1_000;
  private static final int MAX_EMAIL = 254;
  private static final int MAX_NAME = 200;

  /** HTML's definition of a valid e-mail address, with at least one dot in the domain left out. */
  private static final Pattern EMAIL =
      Pattern.compile(
          "[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
              + "(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*");

  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}|[\\ud800-\\udfff]");

  private final List<Problem.Fault> faults = new ArrayList<>();

  private UserInput() {}

  /**
   * What is to be set.
   *
   * @param email null leaves it as it is
   * @param name null leaves it as it is
   */
  record Change(@Nullable String email, @Nullable String name) {}

  static Change created(JsonNode body) {
    UserInput input = new UserInput();
    return input.change(body, true);
  }

  static Change changed(JsonNode body) {
    UserInput input = new UserInput();
    return input.change(body, false);
  }

  private Change change(JsonNode body, boolean required) {
    object(body, Set.of("email", "name"));
    String email = text(body, "email", required);
    String name = text(body, "name", required);
    if (email != null && (email.length() > MAX_EMAIL || !EMAIL.matcher(email).matches())) {
      fault("/email", "must be an e-mail address of at most " + MAX_EMAIL + " characters");
    }
    if (name != null && (name.isBlank() || name.codePointCount(0, name.length()) > MAX_NAME)) {
      fault("/name", "must have 1 to " + MAX_NAME + " characters, not all of them blank");
    }
    done();
    return new Change(email, name);
  }

  static List<Long> ids(JsonNode body) {
    UserInput input = new UserInput();
    input.object(body, Set.of("ids"));
    JsonNode ids = body.path("ids");
    if (!ids.isArray() || ids.size() > MAX_IDS) {
      input.fault("/ids", "must be an array of at most " + MAX_IDS + " ids");
      input.done();
    }
    List<Long> numbers = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      JsonNode id = ids.get(i);
      if (id.isIntegralNumber() && id.canConvertToLong() && id.longValue() > 0) {
        numbers.add(id.longValue());
      } else {
        input.fault("/ids/" + i, "must be a whole number from 1 to " + Long.MAX_VALUE);
      }
    }
    input.done();
    return numbers;
  }

  private void object(JsonNode body, Set<String> known) {
    if (!body.isObject()) {
      fault("", "must be an object");
      done();
    }
    body.fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                String escaped = name.replace("~", "~0").replace("/", "~1");
                fault("/" + escaped, "is not a member: " + String.join(", ", known) + " are");
              }
            });
  }

  private @Nullable String text(JsonNode body, String member, boolean required) {
    JsonNode value = body.get(member);
    if (value == null) {
      if (required) {
        fault("/" + member, "is missing");
      }
      return null;
    }
    if (!value.isTextual()) {
      fault("/" + member, "must be a string");
      return null;
    }
    String text = value.textValue();
    if (CONTROL.matcher(text).find()) {
      fault("/" + member, "must have no control characters");
      return null;
    }
    return text;
  }

  private void fault(String pointer, String message) {
    faults.add(new Problem.Fault(pointer, message));
  }

  private void done() {
    if (!faults.isEmpty()) {
      throw new ProblemException(Problem.invalid(faults));
    }
  }
}
