package dev.warmpool.session.internal.postgres;

import dev.warmpool.session.SessionOptions.Isolation;
import dev.warmpool.session.internal.log.StatementLog;
import dev.warmpool.session.internal.loop.CopyBuffers;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Connection;
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
 * One connection to the server: what a session sends on it besides its statements, and how old it
 * is. Openings, ends and what is known of its state are parts of their own. One session at a time
 * uses it, which the pool decides; its state may be read on any thread.
 */
public final class ServerConnection {

  private final PostgresqlConnection driver;
  private final SessionMessages messages;
  private final Connection statements;
  private final Scheduler scheduler;
  private final int serverVersion;
  private final Lifetime lifetime;
  private final ConnectionState state;
  private final SessionOpenings openings;
  private final SessionEnds ends;
  private volatile boolean used;

  /**
   * Wraps a connection that was just opened.
   *
   * @param messages sends what sessions send besides their statements
   * @param end the messages that end sessions
   * @param lifetime tells when it is to be replaced
   */
  ServerConnection(
      PostgresqlConnection driver, SessionMessages messages, EndSql end, Lifetime lifetime) {
    this.driver = driver;
    this.messages = messages;
    this.statements = messages.statements();
    this.scheduler = scheduler(driver);
    this.serverVersion = major(version());
    this.lifetime = lifetime;
    this.state = new ConnectionState(lifetime.liveness());
    this.openings = new SessionOpenings(messages, state);
    this.ends = new SessionEnds(messages, end);
  }

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
    return openings.backend();
  }

  /** Whether it is in its base state, and may be used further. */
  public ConnectionState state() {
    return state;
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
    if (!state.isBroken() && !isOpen()) {
      LoggerFactory.getLogger(ServerConnection.class)
          .info("replacing a dead connection ({}): closed by the server", lifetime.facts());
    }
  }

  /** Whether a transaction is open, by the status that the server last sent. Costs nothing. */
  public boolean inTransaction() {
    return messages.inTransaction();
  }

  /**
   * Sends a session's opening. Completes when it was answered: the server answers in order, so the
   * outcome of the reset that the session before may have left unanswered is known by then, too.
   *
   * @param ghost terminates the backend of an unanswered opening; empty for none
   */
  public Mono<Void> open(String ghost, Opening opening) {
    return openings.send(ghost, ends.begin(opening), opening);
  }

  /**
   * Fails with {@link OtherTransactionException}, and so aborts the transaction, unless it is the
   * one that the opening began.
   */
  public Mono<Void> checkTransaction() {
    return DriverAnswers.uncancelled(
        DriverAnswers.to(statements.createStatement(OpeningSql.CHECK))
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
    SessionCommit commit = ends.commit(isolation);
    return new SessionCommit(
        commit.acknowledged().doOnSuccess(nothing -> closeIfLeft()),
        state.resetting(commit.reset()));
  }

  /** Rolls back, with the reset behind. */
  public Mono<Void> rollBack() {
    return state.resetting(ends.rollBack()).doOnTerminate(this::closeIfLeft);
  }

  private void closeIfLeft() {
    if (ends.hasLeft()) {
      state.markBroken();
    }
  }

  /** Restores the base state. If that fails, the next opening on this connection fails, too. */
  public Mono<Void> reset() {
    return state.resetting(ends.reset());
  }

  /** Asks the server to cancel the running statement; the request may hit a later one. */
  public Mono<Void> requestCancel() {
    return driver.cancelRequest();
  }

  /**
   * Whether to reset it although it is closed: a pooler may give the server's connection, which a
   * text has let go of, to another client.
   */
  public boolean isWorthResetting() {
    return state.isControlled() && ends.resetsPooled();
  }

  /**
   * Whether a statement that commits by itself may run behind a reset that is not answered yet. Not
   * if prepared statements are kept: only the answer tells whether a text has replaced one.
   */
  public boolean isResetEnough() {
    return state.isReset() && (state.isProven() || !ends.keepsStatements());
  }

  /**
   * Whether another session may use it: not broken, younger than {@code POOL_RECYCLE}, used within
   * {@code POOL_IDLE} on the wall clock, so that frozen time counts, and not closed by the server
   * as far as its socket tells.
   */
  public boolean isUsable(Duration idle) {
    return !state.isBroken() && !lifetime.isOver(idle) && isOpen();
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
