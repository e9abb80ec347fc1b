package dev.warmpool.session;

import dev.warmpool.session.manager.SessionManagers;
import dev.warmpool.session.settings.SessionSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * A process with a manager of its own that does as each line of its input says, and answers with a
 * line: {@code prime}, {@code write ID} or, if that may be repeated, {@code repeat ID}.
 */
final class FlightWorker {

  static final String INSERT = "INSERT INTO landed VALUES ($1)";

  /** Bounds a statement whose answer never comes, behind an opening that was answered. */
  private static final Duration LIFE = Duration.ofSeconds(2);

  private static final Duration BOUND = Duration.ofSeconds(20);

  private FlightWorker() {}

  public static void main(String[] arguments) throws IOException {
    SessionManager manager =
        SessionManagers.create(
            SessionSettings.from(System.getenv()), PasswordSource.fixed("postgres"));
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      System.out.println(manager.await(answer(manager, line.split(" ")), BOUND));
    }
  }

  private static Mono<String> answer(SessionManager manager, String[] order) {
    SessionOptions options = SessionOptions.until(Deadline.after(LIFE));
    Mono<?> done =
        switch (order[0]) {
          case "prime" -> manager.prime();
          case "repeat" -> manager.execute(options.idempotent(), INSERT, order[1]);
          default -> manager.execute(options, INSERT, order[1]);
        };
    return done.then(Mono.just("done"))
        .onErrorResume(CommitOutcomeUnknownException.class, error -> Mono.just("unknown"))
        .onErrorResume(error -> Mono.just("failed " + error));
  }
}
