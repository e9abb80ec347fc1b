package dev.warmpool.functions.schema;

import dev.warmpool.session.Deadline;
import dev.warmpool.session.DeadlineExceededException;
import dev.warmpool.session.Schema;
import dev.warmpool.session.Session;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.UnknownSchemaException;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * Migrates one schema to the newest version, one transaction for each missing script. Each
 * transaction takes an advisory lock on the schema, reads the history, applies one script, and
 * records it in the history and in the registry: concurrent runs do not collide, and a run that is
 * killed leaves nothing half done. Confined to one subscription.
 */
final class SchemaMigration {

  private final SessionManager sessions;
  private final Scripts scripts;
  private final Schema schema;
  private final Deadline deadline;
  private final SessionOptions options;
  private final OutsideTransaction outside;

  private boolean lookedAt;
  private boolean current;
  private boolean complete;
  private int from;
  private int to;

  SchemaMigration(Schema schema, Migrating with) {
    this.sessions = with.sessions();
    this.scripts = with.scripts();
    this.schema = schema;
    this.deadline = with.deadline();
    this.options = SessionOptions.until(deadline).named("Migrate");
    this.outside = new OutsideTransaction(sessions, schema, deadline, with.brokenOff());
  }

  /** Applies the missing scripts. Never fails: an error is part of the outcome. */
  Mono<Outcome> run() {
    return Mono.defer(this::step)
        .onErrorResume(UnknownSchemaException.class, unknown -> create().then(step()))
        .repeat(() -> !complete)
        .then(Mono.fromSupplier(this::done))
        .onErrorResume(error -> Mono.just(failed(error)));
  }

  /** Creates the schema, unless another run does meanwhile, then applies the scripts. */
  Mono<Outcome> createAndRun() {
    return create().then(run()).onErrorResume(error -> Mono.just(failed(error)));
  }

  private Outcome done() {
    Outcome.End end = current ? Outcome.End.UNCHANGED : Outcome.End.MIGRATED;
    return new Outcome(schema.name(), from, to, end, Optional.empty());
  }

  private Outcome failed(Throwable error) {
    return error instanceof DeadlineExceededException
        ? new Outcome(schema.name(), from, to, Outcome.End.LEFT, Optional.empty())
        : Outcome.failed(schema.name(), from, to, error);
  }

  private Mono<Void> create() {
    return sessions.inSession(
        options.in(Registry.INFORMATION_SCHEMA),
        session -> SchemaQueries.createSchema(session, schema));
  }

  /** Applies the first missing script, or finds that none is missing. */
  private Mono<Void> step() {
    return sessions
        .inSession(
            options.in(schema),
            session -> SchemaQueries.lockedHistory(session).flatMap(h -> step(session, h)))
        .flatMap(this::executeOutside)
        .doOnNext(this::advance)
        .then();
  }

  private Mono<Step> step(Session session, History history) {
    history.check(scripts);
    lookAt(history);
    List<Migration> missing = history.missing(scripts);
    if (missing.isEmpty()) {
      return SchemaQueries.register(session, history).thenReturn(Step.taken(history));
    }
    Migration script = missing.get(0);
    if (script.isOutsideTransaction()) {
      return outside
          .begin(session, history, script, deadline)
          .thenReturn(new Step(history, Optional.of(script)));
    }
    History after = history.plus(script);
    return SchemaQueries.apply(session, script, after).thenReturn(Step.taken(after));
  }

  private Mono<History> executeOutside(Step step) {
    return step.begun()
        .map(script -> outside.execute(step.history(), script, deadline))
        .orElse(Mono.just(step.history()));
  }

  private void lookAt(History history) {
    if (!lookedAt) {
      from = history.version();
      to = from;
      current = history.missing(scripts).isEmpty();
      lookedAt = true;
    }
  }

  /** Called after the step's transaction was committed. */
  private void advance(History history) {
    to = history.version();
    complete = history.missing(scripts).isEmpty();
  }

  /**
   * What one transaction has done.
   *
   * @param history after it
   * @param begun the script that is to be executed outside a transaction now
   */
  private record Step(History history, Optional<Migration> begun) {

    static Step taken(History history) {
      return new Step(history, Optional.empty());
    }
  }
}
