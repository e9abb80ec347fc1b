package dev.warmpool.session.lambda;

import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOptions;
import java.time.Duration;

/** A process whose log tells which classes a first session takes. */
final class FirstSession {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private FirstSession() {}

  /** Runs one. */
  public static void main(String[] arguments) {
    SessionManager sessions = SharedSessions.manager();
    SessionOptions options = SessionOptions.standard().readOnly().named("first");
    sessions
        .inSession(
            options,
            session ->
                session.query("SELECT $1::int", row -> row.get(0, Integer.class), 1).single())
        .block(LIMIT);
    System.exit(0);
  }
}
