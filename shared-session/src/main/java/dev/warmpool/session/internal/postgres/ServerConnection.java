package dev.warmpool.session.internal.postgres;

import dev.warmpool.session.SessionOptions.Isolation;
import dev.warmpool.session.internal.loop.CopyBuffers;
import dev.warmpool.session.internal.postgres.Liveness.Moment;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.ValidationDepth;
import io.r2dbc.spi.Wrapped;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * One connection to the server, with the state that a session needs beyond the driver's. One
 * session at a time uses it; its state may be read on any thread.
 */
public final class ServerConnection {

  private final PostgresqlConnection driver;
  private final Connection statements;
  private final Scheduler scheduler;
  private final int serverVersion;
  private final Lifetime lifetime;
  private final SessionEnds ends;
  private final Liveness liveness;
  private volatile @Nullable Parsed latest;
  private volatile boolean used;
  private volatile boolean dirty;
  private volatile boolean broken;
  private volatile boolean controlled;
  private volatile boolean resetFailed;
  private volatile boolean openedUnreset;
  private volatile @Nullable Backend backend;

  /**
   * Wraps a connection that was just opened.
   *
   * @param statements the connection on which statements are created: the same, or one that logs
   * @param end the messages that end sessions
   * @param lifetime tells when it is to be replaced
   */
  ServerConnection(
      PostgresqlConnection driver, Connection statements, EndSql end, Lifetime lifetime) {
    this.liveness = lifetime.liveness();
    this.driver = driver;
    this.statements = statements;
    this.scheduler = scheduler(driver);
    this.ends = new SessionEnds(statements, end);
    this.serverVersion = major(version());
    this.lifetime = lifetime;
  }

  /** A text that the driver has parsed: openings without a deadline are equal each time. */
  private record Parsed(String sql, Statement statement) {}

  /** Connections of the driver unwrap to it since 1.0.7, see {@link DriverVersion}. */
  private static Scheduler scheduler(Connection driver) {
    Scheduler own = driver instanceof Wrapped<?> wrapped ? wrapped.unwrap(Scheduler.class) : null;
    return own == null ? Schedulers.immediate() : own;
  }

  private static int major(String version) {
    return Integer.parseInt(version.split("[^0-9]", 2)[0]);
  }

  /** The driver's connection. */
  public Connection driver() {
    return driver;
  }

  /** The scheduler of the connection's event loop. */
  public Scheduler scheduler() {
    return scheduler;
  }

  /** The connection on which statements are created. */
  public Connection statements() {
    return statements;
  }

  /** The server's version, as the server writes it. */
  public String version() {
    return driver.getMetadata().getDatabaseVersion();
  }

  int serverVersion() {
    return serverVersion;
  }

  /**
   * Its server process; null before its first opening was answered, and always through a pooler.
   */
  public @Nullable Backend backend() {
    return backend;
  }

  /** How long opening it took. */
  public Duration opening() {
    return lifetime.opening();
  }

  /** Marks it as used; returns whether a session has used it before, so that it may have died. */
  public boolean use() {
    boolean before = used;
    used = true;
    return before;
  }

  /** Notes that a session has used it until now. */
  public void touch() {
    lifetime.touch();
  }

  /** Logs that it died while no session used it, so that another one takes its place. */
  public void logDeath(Throwable cause) {
    Logger log = LoggerFactory.getLogger(ServerConnection.class);
    log.info(
        "replacing a dead connection ({}): {}",
        lifetime.facts(),
        cause instanceof TimeoutException ? cause.getMessage() : SqlStates.shortly(cause));
    log.debug("the dead connection's last error", cause);
  }

  /** The same, if its socket tells that the server has closed it. */
  public void logIfClosed() {
    if (!broken && !isOpen()) {
      LoggerFactory.getLogger(ServerConnection.class)
          .info("replacing a dead connection ({}): closed by the server", lifetime.facts());
    }
  }

  /** Whether a transaction is open, by the status that the server last sent. Costs nothing. */
  public boolean inTransaction() {
    return !driver.isAutoCommit();
  }

  /**
   * Sends a session's opening. Completes when it was answered: the server answers in order, so the
   * outcome of the reset that the session before may have left unanswered is known by then, too.
   *
   * @param ghost terminates the backend of an unanswered opening; empty for none
   */
  public Mono<Void> open(String ghost, Opening opening) {
    dirty = true;
    String preparation = ends.begin(opening);
    Mono<Void> answered = backend == null ? identify(opening) : run(opening);
    Mono<Void> prepared = preparation.isEmpty() ? answered : behind(preparation, answered);
    Mono<Void> sent = ghost.isEmpty() ? prepared : behind(ghost, prepared);
    return sent.onErrorMap(error -> resetFailed, error -> resetFailure())
        .then(Mono.defer(this::checkReset));
  }

  /** If the server refuses what is in front, it runs the opening, and what is behind that. */
  private Mono<Void> behind(String sql, Mono<Void> answered) {
    Mono<Void> front =
        answer(statements.createStatement(sql))
            .onErrorComplete(
                error -> SqlStates.isAnswer(error) && !SqlStates.isEndByTheServer(error));
    return Flux.mergeSequential(front, answered).then();
  }

  /** A text can have removed the mark by which an opening notices that nothing was reset. */
  private Mono<Void> checkReset() {
    openedUnreset = resetFailed;
    return resetFailed ? Mono.error(resetFailure()) : Mono.empty();
  }

  /** Counts as a lost connection, so that the opening is replayed on another one. */
  private static R2dbcException resetFailure() {
    return new R2dbcNonTransientResourceException("the reset in front of the opening failed");
  }

  private Mono<Void> identify(Opening opening) {
    return Flux.from(StatementLog.statement(statements, opening).execute())
        .concatMap(result -> result.map((row, metadata) -> identified(row)))
        .then();
  }

  private boolean identified(Row row) {
    if (row.getMetadata().getColumnMetadatas().size() > 1) {
      backend = new Backend(row.get(1, Integer.class), String.valueOf(row.get(2, String.class)));
    }
    return true;
  }

  /**
   * Fails with {@link OtherTransactionException}, and so aborts the transaction, unless it is the
   * one that the opening began.
   */
  public Mono<Void> checkTransaction() {
    return uncancelled(
        answer(statements.createStatement(OpeningSql.CHECK))
            .onErrorMap(SqlStates::isFailedCheck, OtherTransactionException::new));
  }

  /**
   * Copies from the client. The driver sends nothing behind it before the data has ended, so it
   * ends with the answer.
   *
   * @param sql a {@code COPY … FROM STDIN}
   * @param data sent piece by piece, the next one when the one before has been written
   * @return the number of rows
   */
  public Mono<Long> copyIn(String sql, Publisher<byte[]> data) {
    Sinks.Empty<Void> answered = Sinks.empty();
    Flux<byte[]> rest = Flux.from(data).takeUntilOther(answered.asMono()).publishOn(scheduler, 1);
    Mono<Long> copied =
        driver
            .copyIn(sql)
            .fromMany(CopyBuffers.of(rest))
            .build()
            .doOnTerminate(answered::tryEmitEmpty);
    return StatementLog.copying(statements, sql, copied);
  }

  /** The answers to a statement, watched for what it leaves beyond its transaction. */
  public Flux<Object> watched(String text, Flux<Object> answers) {
    return ends.watched(text, answers);
  }

  /** Commits, with the reset behind. */
  public SessionCommit commit(Isolation isolation) {
    Moment sent = ending();
    SessionCommit commit = ends.commit(isolation);
    return new SessionCommit(
        commit.acknowledged().doOnSuccess(nothing -> closeIfLeft()), watched(sent, commit.reset()));
  }

  /** Rolls back, with the reset behind. */
  public Mono<Void> rollBack() {
    return watched(ending(), ends.rollBack()).doOnTerminate(this::closeIfLeft);
  }

  private void closeIfLeft() {
    broken |= ends.hasLeft();
  }

  /** Restores the base state. If that fails, the next opening on this connection fails, too. */
  public Mono<Void> reset() {
    return watched(ending(), ends.reset());
  }

  private Moment ending() {
    dirty = false;
    return liveness.sent();
  }

  private Mono<Void> watched(Moment sent, Mono<Void> reset) {
    return reset.doOnError(this::notReset).doOnSuccess(nothing -> liveness.answered(sent));
  }

  /**
   * A reset without an answer may have succeeded, and what was sent behind it may have been run.
   */
  private void notReset(Throwable error) {
    resetFailed |= SqlStates.isAnswer(error);
    broken = true;
  }

  /**
   * Whether the server has refused an opening because the reset in front of it failed, so that it
   * has not run what was sent behind.
   */
  public boolean isRefusedUnreset() {
    return resetFailed && !openedUnreset;
  }

  /** Asks the server to cancel the running statement; the request may hit a later one. */
  public Mono<Void> requestCancel() {
    return driver.cancelRequest();
  }

  private Mono<Void> run(Opening opening) {
    Parsed parsed = latest;
    if (parsed == null || !parsed.sql().equals(opening.sql())) {
      parsed = new Parsed(opening.sql(), StatementLog.statement(statements, opening));
      latest = parsed;
    }
    return answer(parsed.statement());
  }

  /**
   * Reads the answer to the end even if the subscriber cancels: the driver would log an error that
   * comes later as dropped.
   */
  static Mono<Void> uncancelled(Mono<Void> answer) {
    return Mono.defer(
        () -> {
          Mono<Void> kept = answer.cache();
          kept.subscribe(nothing -> {}, error -> {});
          return kept;
        });
  }

  static Mono<Void> answer(Statement statement) {
    return Flux.from(statement.execute())
        .concatMap(result -> result.map((row, metadata) -> row))
        .then();
  }

  /** Excludes it from further use. */
  public void markBroken() {
    broken = true;
  }

  /** The same, because a text controlled the transaction: the server still answers. */
  public void markControlled() {
    controlled = true;
    broken = true;
  }

  /**
   * Whether to reset it although it is closed: a pooler may give the server's connection, which a
   * text has let go of, to another client.
   */
  public boolean isWorthResetting() {
    return controlled && ends.resetsPooled();
  }

  /**
   * Whether it is in the base state, which the server has acknowledged: behind an opening that
   * fails, no statement finds a schema or the right to write.
   */
  public boolean isProven() {
    return isReset() && liveness.isAnswered();
  }

  /**
   * Whether a statement that commits by itself may run behind a reset that is not answered yet. Not
   * if prepared statements are kept: only the answer tells whether a text has replaced one.
   */
  public boolean isResetEnough() {
    return isReset() && (liveness.isAnswered() || !ends.keepsStatements());
  }

  /** Whether it has answered so lately that it is taken to be alive. */
  public boolean isRecent() {
    return liveness.isRecent();
  }

  /** Whether it was excluded from further use. */
  public boolean isBroken() {
    return broken;
  }

  /** Whether the session that used it has reset it. */
  public boolean isReset() {
    return !dirty;
  }

  /**
   * Whether another session may use it: not broken, younger than {@code POOL_RECYCLE}, used within
   * {@code POOL_IDLE} on the wall clock, so that frozen time counts, and not closed by the server
   * as far as its socket tells.
   */
  public boolean isUsable(Duration idle) {
    return !broken && !lifetime.isOver(idle) && isOpen();
  }

  /**
   * Whether its socket is open, as far as this side knows. The driver answers a local validation at
   * once, from the state of the channel.
   */
  public boolean isOpen() {
    return Boolean.TRUE.equals(
        Mono.from(driver.validate(ValidationDepth.LOCAL)).toFuture().getNow(false));
  }

  /**
   * Tells the server and closes the socket; completes when that is done. A task of its own: called
   * from inside a message that the driver emits, the driver's {@code close()} waits in a loop for
   * that emission to end if more messages lie behind, and so keeps the event loop for ever.
   */
  public Mono<Void> close() {
    return driver.close().subscribeOn(scheduler);
  }
}
