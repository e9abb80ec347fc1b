package dev.warmpool.functions.schema;

import dev.warmpool.functions.fanout.Failure;
import dev.warmpool.session.Deadline;
import dev.warmpool.session.Schema;
import dev.warmpool.session.Session;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOptions;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * Executes scripts outside a transaction in one schema. The history has an entry before the script
 * starts, with the time until which it may run, and that time is removed when it has finished: an
 * entry whose time has passed is of a script that broke off. No lock is held meanwhile, as a pooler
 * would not keep it. Thread-safe.
 */
final class OutsideTransaction {

  /** Time after the script's deadline in which the server has stopped it for certain. */
  private static final Duration CERTAINTY = Duration.ofSeconds(10);

  /** Time to record the end of the script, at most. */
  private static final Duration RECORDING_TIME = Duration.ofSeconds(1);

  private final SessionManager sessions;
  private final SessionOptions options;
  private final BrokenOff brokenOff;

  OutsideTransaction(
      SessionManager sessions, Schema schema, Deadline deadline, BrokenOff brokenOff) {
    this.sessions = sessions;
    this.options = SessionOptions.until(deadline).in(schema).named("Migrate");
    this.brokenOff = brokenOff;
  }

  /**
   * Records that the script is about to start, in a session that has locked the history.
   *
   * @return fails with {@link IllegalStateException} if another run executes the script, or if it
   *     broke off and is not to be executed again
   */
  Mono<Void> begin(Session session, History history, Migration script, Deadline deadline) {
    long seconds = deadline.remaining().plus(CERTAINTY).toSeconds();
    return switch (history.state(script)) {
      case FINISHED -> SchemaQueries.begin(session, script, seconds);
      case RUNNING ->
          Mono.error(
              new IllegalStateException(
                  script.name() + " is executed by another run, outside a transaction"));
      case BROKEN_OFF ->
          SchemaQueries.invalidIndexes(session)
              .flatMap(
                  indexes ->
                      brokenOff == BrokenOff.RETRY && indexes.isEmpty()
                          ? SchemaQueries.begin(session, script, seconds)
                          : Mono.error(
                              new IllegalStateException(
                                  script.name() + " broke off. " + remedy(indexes))));
    };
  }

  /**
   * Executes the script, then records that it has finished.
   *
   * @return the history with the script; fails with {@link IllegalStateException}, which has the
   *     reason and the remedy, if the script failed
   */
  Mono<History> execute(History before, Migration script, Deadline deadline) {
    History after = before.plus(script);
    return executeAlone(script, deadline)
        .onErrorResume(error -> failed(script, error))
        .then(sessions.inSession(options, session -> SchemaQueries.finish(session, script, after)))
        .thenReturn(after);
  }

  private Mono<Void> executeAlone(Migration script, Deadline deadline) {
    Duration quarter = deadline.remaining().dividedBy(4);
    Duration kept = quarter.compareTo(RECORDING_TIME) < 0 ? quarter : RECORDING_TIME;
    Deadline earlier = new Deadline(deadline.at().minus(kept), deadline.grace());
    return sessions.inSession(
        options.by(earlier).outsideTransaction(), session -> session.execute(script.sql()).then());
  }

  /**
   * Records that the script does not run any more, if there is time; the entry's time ends, too.
   */
  private Mono<Void> failed(Migration script, Throwable error) {
    return sessions
        .inSession(
            options,
            session ->
                SchemaQueries.breakOff(session, script).then(SchemaQueries.invalidIndexes(session)))
        .onErrorReturn(List.of())
        .flatMap(
            indexes ->
                Mono.error(
                    new IllegalStateException(
                        script.name()
                            + " broke off: "
                            + Failure.of(error).text()
                            + ". "
                            + remedy(indexes),
                        error)));
  }

  private static String remedy(List<String> invalidIndexes) {
    String retry =
        "invoke Migrate with {\"retry\":true}, which executes the script again in this schema";
    if (invalidIndexes.isEmpty()) {
      return "Look at what it has done, undo it, then " + retry;
    }
    return "Execute DROP INDEX " + String.join(", ", invalidIndexes) + ", then " + retry;
  }
}
