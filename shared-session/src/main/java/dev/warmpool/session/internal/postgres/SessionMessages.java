package dev.warmpool.session.internal.postgres;

import dev.warmpool.session.internal.loop.WireCommands;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Statement;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Sends what sessions send besides their statements, past the driver where possible. What goes past
 * the driver overtakes what it has not yet written, so that a session's messages take one way.
 * Immutable.
 *
 * @param statements the driver's connection, or one that logs
 * @param commands past the driver; null if all messages are to go through it
 */
record SessionMessages(Connection statements, @Nullable WireCommands commands) {

  /**
   * Sends a text without values at subscription; completes when it was answered.
   *
   * @param statement the same as a statement of the driver
   */
  Mono<Void> send(String sql, Supplier<Statement> statement) {
    return commands == null ? DriverAnswers.to(statement.get()) : commands.run(sql);
  }

  /** Commits; fails if the server has rolled back instead. */
  Mono<Void> commit() {
    return commands == null ? Mono.from(statements.commitTransaction()) : commands.commit();
  }

  /** Whether a transaction is open, by the status that the server last sent. Costs nothing. */
  boolean inTransaction() {
    return commands == null ? !statements.isAutoCommit() : commands.inTransaction();
  }
}
