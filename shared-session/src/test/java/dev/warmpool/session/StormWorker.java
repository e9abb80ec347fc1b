package dev.warmpool.session;

import dev.warmpool.session.manager.SessionManagers;
import dev.warmpool.session.settings.SessionSettings;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import reactor.core.publisher.Mono;

/**
 * A process with a manager of its own: runs one unit of work, prints its outcome, and stays alive,
 * as an execution environment does between two invocations.
 */
final class StormWorker {

  private static final Duration DEADLINE =
      Duration.ofMillis(Long.getLong("deadline.millis", 30_000));

  private StormWorker() {}

  public static void main(String[] arguments) {
    SessionManager manager =
        SessionManagers.create(
            SessionSettings.from(System.getenv()), PasswordSource.fixed("postgres"));
    SessionOptions options = SessionOptions.until(Deadline.after(DEADLINE));
    String outcome =
        manager.await(
            manager
                .inSession(options, TestDatabase::pid)
                .map(pid -> "done " + pid)
                .onErrorResume(error -> Mono.just("failed " + error)),
            DEADLINE.plusSeconds(10));
    System.out.println(outcome);
    while (true) {
      LockSupport.park();
    }
  }
}
