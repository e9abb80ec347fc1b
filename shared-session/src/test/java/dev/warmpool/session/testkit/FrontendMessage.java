package dev.warmpool.session.testkit;

/**
 * A message from client to server.
 *
 * @param kind the protocol's type byte: {@code Q} a simple query, {@code P} parse, {@code X}
 *     terminate…; {@code *} for the first message, which has none
 * @param text of a query or a parse, the parameters of a start-up; else empty
 */
public record FrontendMessage(char kind, String text) {

  @Override
  public String toString() {
    return text.isEmpty() ? String.valueOf(kind) : kind + " " + text;
  }
}
