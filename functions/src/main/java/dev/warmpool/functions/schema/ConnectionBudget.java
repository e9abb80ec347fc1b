package dev.warmpool.functions.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The connections that a stack's functions can open all together, and how many the database allows
 * them. Immutable.
 *
 * @param limit connections that the database allows the application
 * @param functions each with what it can open
 */
record ConnectionBudget(int limit, List<Share> functions) {

  /** The property with the limit. */
  static final String LIMIT = "MaxConnections";

  /** The property with the shares, each {@code "HttpFunction 20 x 2"}. */
  static final String FUNCTIONS = "Connections";

  /** Connections that are left for operators and for other programs. */
  static final int RESERVE = 10;

  private static final String SHARE = "\\w+ \\d{1,5} x \\d{1,3}";

  /**
   * What one function can open. Immutable.
   *
   * @param text the function's name, its reserved concurrency, and {@code POOL_SIZE} + {@code
   *     MAX_OVERFLOW}
   * @param connections the product
   */
  record Share(String text, int connections) {

    private static Share of(String text) {
      if (!text.matches(SHARE)) {
        throw unreadable();
      }
      String[] words = text.split(" ");
      return new Share(text, Integer.parseInt(words[1]) * Integer.parseInt(words[3]));
    }
  }

  /**
   * Reads the budget from the properties of the custom resource; empty if it has none.
   *
   * @throws IllegalArgumentException if a property is invalid
   */
  static Optional<ConnectionBudget> of(JsonNode properties) {
    if (!properties.has(LIMIT) && !properties.has(FUNCTIONS)) {
      return Optional.empty();
    }
    String limit = properties.path(LIMIT).asText();
    if (!limit.matches("\\d{1,6}")) {
      throw new IllegalArgumentException(LIMIT + " must be a whole number");
    }
    List<Share> functions = new ArrayList<>();
    properties.path(FUNCTIONS).forEach(share -> functions.add(Share.of(share.asText())));
    if (functions.isEmpty()) {
      throw unreadable();
    }
    return Optional.of(new ConnectionBudget(Integer.parseInt(limit), List.copyOf(functions)));
  }

  private static IllegalArgumentException unreadable() {
    return new IllegalArgumentException(
        FUNCTIONS + " must be a list of texts such as 'HttpFunction 20 x 2'");
  }

  int sum() {
    return functions.stream().mapToInt(Share::connections).reduce(0, Math::addExact);
  }

  /**
   * Checks that the sum is within the limit less the reserve.
   *
   * @throws IllegalArgumentException if it is not; the message shows the sum
   */
  void require() {
    if (sum() > limit - RESERVE) {
      throw new IllegalArgumentException(
          "the functions can open %d connections (%s), and MaxConnections, %d, less a reserve of %d allows %d: lower HttpConcurrency or raise MaxConnections"
              .formatted(sum(), terms(), limit, RESERVE, limit - RESERVE));
    }
  }

  private String terms() {
    return functions.stream().map(Share::text).collect(Collectors.joining(" + "));
  }
}
