package dev.warmpool.session.lambda;

import dev.warmpool.session.ObservedSession;
import dev.warmpool.session.SessionListener;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOptions;
import java.time.Duration;

/** A process that listens to its shared sessions, and prints what it hears. */
final class ListeningHandler {

  private ListeningHandler() {}

  /** Runs one session between attempts to register more listeners. */
  public static void main(String[] arguments) {
    SessionListener none = new SessionListener() {};
    SharedSessions.listen(
        new SessionListener() {
          @Override
          public void committed(ObservedSession session, Duration time) {
            System.out.println(session.options().label() + " committed");
          }
        });
    printRefusal(none);
    SessionManager sessions = SharedSessions.manager();
    sessions.await(
        sessions.inSession(SessionOptions.standard(), session -> session.execute("SELECT 1")),
        Duration.ofSeconds(20));
    printRefusal(none);
  }

  private static void printRefusal(SessionListener listener) {
    try {
      SharedSessions.listen(listener);
    } catch (IllegalStateException expected) {
      System.out.println(expected.getMessage());
    }
  }
}
