package dev.warmpool.session.internal.postgres;

import dev.warmpool.session.SessionOptions.Isolation;
import dev.warmpool.session.internal.sql.StatefulText;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.Statement;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Ends the sessions of one connection, one after another, with the reset that the peer allows.
 *
 * <p>Through RDS Proxy, which pins the client to a server connection for a reset, a session is
 * reset only if it left something, and its connection is to be closed, which ends the pinning.
 */
final class SessionEnds {

  /** duplicate_prepared_statement: the server has answered, and the answer is a refusal. */
  private static final String TAMPERED = "42P05";

  private final SessionMessages messages;
  private final Connection statements;
  private final EndSql sql;
  private final @Nullable PreparedStatements prepared;
  private final @Nullable Statement kept;
  private volatile boolean certain;
  private volatile boolean told;
  private volatile boolean bound;
  private volatile @Nullable String role;

  SessionEnds(SessionMessages messages, EndSql sql) {
    this.messages = messages;
    this.statements = messages.statements();
    this.sql = sql;
    this.prepared = sql.statementCache() == 0 ? null : new PreparedStatements(sql.statementCache());
    this.kept =
        prepared == null || sql.reset().isEmpty()
            ? null
            : statements.createStatement(sql.reset() + prepared.check());
  }

  /** A session begins; returns what is to be sent in front of its opening, empty for nothing. */
  String begin(Opening opening) {
    certain = false;
    told = false;
    bound = opening.binds();
    role = opening.role();
    return prepared == null ? "" : prepared.preparation();
  }

  /** Whether the session has left something that RDS Proxy gives to the next client. */
  boolean hasLeft() {
    return certain || told;
  }

  /**
   * The answers to a statement, with a question behind one that may leave something. If the
   * statement fails, the question has no answer, and something may be left. With a role or settings
   * bound, the server's views do not tell what a text has set on top, so that it is not asked.
   */
  Flux<Object> watched(String text, Flux<Object> answers) {
    if (sql.when() != EndSql.When.IF_LEFT) {
      return prepared == null ? answers : noted(prepared, text, answers);
    }
    return switch (StatefulText.verdict(text)) {
      case NOTHING -> answers;
      case LEAVES -> leaving(answers);
      case ASK -> bound ? leaving(answers) : asking(answers);
    };
  }

  private Flux<Object> leaving(Flux<Object> answers) {
    return answers.doOnSubscribe(subscription -> certain = true);
  }

  private Flux<Object> asking(Flux<Object> answers) {
    return Flux.mergeSequential(
        answers.doOnError(error -> told = true),
        DriverAnswers.uncancelled(ask(EndSql.QUESTION)).cast(Object.class));
  }

  private static Flux<Object> noted(
      PreparedStatements prepared, String text, Flux<Object> answers) {
    return answers
        .doOnSubscribe(subscription -> prepared.sent(text))
        .doOnError(error -> prepared.failed());
  }

  /** Asks the server whether the session has left something; an error counts as that. */
  private Mono<Void> ask(String question) {
    return Flux.from(statements.createStatement(question).execute())
        .concatMap(result -> result.map((row, metadata) -> !Boolean.FALSE.equals(row.get(0))))
        .doOnNext(answer -> told = answer)
        .doOnError(error -> told = true)
        .onErrorComplete()
        .then();
  }

  /**
   * Commits, with the reset behind. By the driver's call where no reset is in the same message: a
   * text that commits a failed transaction succeeds.
   */
  SessionCommit commit(Isolation isolation) {
    return switch (sql.when()) {
      case IN_A_MESSAGE_OF_ITS_OWN -> new SessionCommit(committed(), Mono.defer(this::reset));
      case IN_THE_LAST_MESSAGE -> inOneMessage(isolation);
      case IF_LEFT -> ifLeft(isolation);
    };
  }

  private Mono<Void> committed() {
    return messages.commit();
  }

  private SessionCommit inOneMessage(Isolation isolation) {
    EndSql.Message message = sql.commit(isolation);
    return SessionCommit.inOneMessage(
        statements.createStatement(message.sql()), message.commitAt());
  }

  private SessionCommit ifLeft(Isolation isolation) {
    Sinks.Empty<Void> over = Sinks.empty();
    Mono<Void> commit =
        Mono.defer(
            () ->
                hasLeft()
                    ? passedOn(inOneMessage(isolation), over)
                    : committed().doOnTerminate(over::tryEmitEmpty));
    return new SessionCommit(asked(EndSql.question(role)).then(commit), over.asMono());
  }

  private static Mono<Void> passedOn(SessionCommit commit, Sinks.Empty<Void> over) {
    commit.reset().subscribe(nothing -> {}, over::tryEmitError, over::tryEmitEmpty);
    return commit.acknowledged();
  }

  /** Asks in every session if it is set to, unless something is known to be left. */
  private Mono<Void> asked(String question) {
    return Mono.defer(() -> sql.asksAlways() && !hasLeft() ? ask(question) : Mono.empty());
  }

  /** Whether the reset, if any, is in the message of the rollback. */
  boolean resetsPooled() {
    return sql.when() != EndSql.When.IN_A_MESSAGE_OF_ITS_OWN;
  }

  /** Rolls back, with the reset behind. */
  Mono<Void> rollBack() {
    return switch (sql.when()) {
      case IN_A_MESSAGE_OF_ITS_OWN -> Mono.whenDelayError(send(SessionSql.ROLLBACK), reset());
      case IN_THE_LAST_MESSAGE -> rollBackAndReset();
      case IF_LEFT ->
          asked(EndSql.ROLLBACK_AND_QUESTION)
              .then(Mono.defer(() -> hasLeft() ? rollBackAndReset() : send(SessionSql.ROLLBACK)));
    };
  }

  private Mono<Void> rollBackAndReset() {
    return send(sql.rollBack())
        .onErrorResume(SqlStates::isOutsideTransaction, error -> send(sql.resetOutside()));
  }

  /** Restores the base state by a message of its own, if the peer allows one. */
  Mono<Void> reset() {
    if (sql.reset().isEmpty()) {
      return Mono.empty();
    }
    return kept == null || prepared == null ? send(sql.reset()) : checked(kept, prepared);
  }

  private static Mono<Void> checked(Statement reset, PreparedStatements prepared) {
    return Flux.from(reset.execute())
        .concatMap(result -> result.map((row, metadata) -> prepared.isTampered(row)))
        .reduce(false, Boolean::logicalOr)
        .flatMap(tampered -> tampered ? Mono.error(tampered()) : Mono.empty());
  }

  /** Whether prepared statements outlast the reset. */
  boolean keepsStatements() {
    return prepared != null;
  }

  private static R2dbcException tampered() {
    return new R2dbcNonTransientResourceException(
        "a statement's text has made or removed prepared statements of the connection", TAMPERED);
  }

  private Mono<Void> send(String text) {
    return messages.send(text, () -> statements.createStatement(text));
  }
}
