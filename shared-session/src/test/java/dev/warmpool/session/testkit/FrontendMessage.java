package dev.warmpool.session.testkit;

/**
 * A message from client to server. Immutable.
 *
 * @param kind the protocol's type byte, such as {@code Q} for a simple query, {@code P} for parse
 *     and {@code X} for terminate; {@code *} for a connection's first message, which has no type
 * @param text the SQL of a query or a parse, or the parameters of a start-up message; else empty
 */
public record FrontendMessage(char kind, String text) {

  @Override
  public String toString() {
    return text.isEmpty() ? String.valueOf(kind) : kind + " " + text;
  }
}
