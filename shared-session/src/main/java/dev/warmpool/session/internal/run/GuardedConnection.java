package dev.warmpool.session.internal.run;

import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.internal.pool.Lease;
import io.r2dbc.spi.Batch;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionMetadata;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.TransactionDefinition;
import io.r2dbc.spi.ValidationDepth;
import java.time.Duration;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * A session as an R2DBC connection. Statements run in the session; transaction control, settings
 * and closing belong to the session and are refused. Thread-safe.
 */
final class GuardedConnection implements Connection {

  private final SessionStatements session;

  GuardedConnection(SessionStatements session) {
    this.session = session;
  }

  @Override
  public Statement createStatement(String sql) {
    return new GuardedStatement(session, GuardedStatement.required(sql));
  }

  @Override
  public Batch createBatch() {
    return new GuardedBatch(session);
  }

  @Override
  public boolean isAutoCommit() {
    return !session.hasTransaction();
  }

  @Override
  public ConnectionMetadata getMetadata() {
    return new ConnectionMetadata() {
      @Override
      public String getDatabaseProductName() {
        return "PostgreSQL";
      }

      @Override
      public String getDatabaseVersion() {
        Lease held = session.held().lease();
        return held == null ? "" : held.connection().version();
      }
    };
  }

  @Override
  public IsolationLevel getTransactionIsolationLevel() {
    SessionOptions options = session.options();
    if (options.kind() == SessionOptions.Kind.SNAPSHOT) {
      return IsolationLevel.REPEATABLE_READ;
    }
    return session.hasTransaction()
        ? IsolationLevel.valueOf(options.isolation().name().replace('_', ' '))
        : IsolationLevel.READ_COMMITTED;
  }

  @Override
  public Publisher<Boolean> validate(ValidationDepth depth) {
    return Mono.fromSupplier(() -> session.held().refusal() == null);
  }

  @Override
  public Publisher<Void> beginTransaction() {
    return refused("beginTransaction", "the session is the transaction");
  }

  @Override
  public Publisher<Void> beginTransaction(TransactionDefinition definition) {
    return refused("beginTransaction", "the session is the transaction");
  }

  @Override
  public Publisher<Void> commitTransaction() {
    return refused("commitTransaction", "the session commits when its work is complete");
  }

  @Override
  public Publisher<Void> rollbackTransaction() {
    return refused("rollbackTransaction", "fail the session's work instead");
  }

  @Override
  public Publisher<Void> createSavepoint(String name) {
    return refused("createSavepoint", "use session.savepoint");
  }

  @Override
  public Publisher<Void> releaseSavepoint(String name) {
    return refused("releaseSavepoint", "use session.savepoint");
  }

  @Override
  public Publisher<Void> rollbackTransactionToSavepoint(String name) {
    return refused("rollbackTransactionToSavepoint", "use session.savepoint");
  }

  @Override
  public Publisher<Void> setAutoCommit(boolean autoCommit) {
    return refused("setAutoCommit", "the session is the transaction");
  }

  @Override
  public Publisher<Void> setLockWaitTimeout(Duration timeout) {
    return refused("setLockWaitTimeout", "the session's deadline bounds locks, too");
  }

  @Override
  public Publisher<Void> setStatementTimeout(Duration timeout) {
    return refused("setStatementTimeout", "set the session's deadline");
  }

  @Override
  public Publisher<Void> setTransactionIsolationLevel(IsolationLevel isolationLevel) {
    return refused("setTransactionIsolationLevel", "set it in the session's options");
  }

  @Override
  public Publisher<Void> close() {
    return refused("close", "the session gives the connection back by itself");
  }

  private <T> Mono<T> refused(String call, String instead) {
    return Mono.error(
        () -> new UnsupportedOperationException(call + " on a session's connection: " + instead));
  }
}
