package dev.warmpool.session.internal.postgres;

import dev.warmpool.session.settings.StatementLogging;
import io.r2dbc.proxy.ProxyConnectionFactory;
import io.r2dbc.proxy.core.QueryExecutionInfo;
import io.r2dbc.proxy.support.QueryExecutionInfoFormatter;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Logs every statement with its time, including those that sessions send themselves. Loaded only if
 * {@code WARMPOOL_DEBUG} is set. Thread-safe.
 */
final class StatementLog {

  private static final Logger LOG = LoggerFactory.getLogger("dev.warmpool.session.statements");

  private final QueryExecutionInfoFormatter format;

  StatementLog(StatementLogging logging) {
    QueryExecutionInfoFormatter line =
        new QueryExecutionInfoFormatter().showTime().showSuccess().showQuery();
    this.format = logging == StatementLogging.VALUES ? line.showBindings() : line;
  }

  /** The same connection, with its statements logged. */
  Connection on(Connection connection) {
    ConnectionFactory existing = new Existing(connection);
    return Mono.from(
            ProxyConnectionFactory.builder(existing).onAfterQuery(this::write).build().create())
        .toFuture()
        .join(); // complete already: the factory wraps a connection that exists
  }

  private void write(QueryExecutionInfo query) {
    LOG.info(format.format(query));
  }

  private record Existing(Connection connection) implements ConnectionFactory {

    @Override
    public Publisher<? extends Connection> create() {
      return Mono.just(connection);
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
      return () -> "PostgreSQL";
    }
  }
}
