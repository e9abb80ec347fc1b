package dev.warmpool.session;

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
 * Writes every statement to the log with its time, the sessions' own included. Loaded only where
 * {@code DEBUG} asks for it. Thread-safe.
 */
final class Echo {

  private static final Logger LOG = LoggerFactory.getLogger("dev.warmpool.session.echo");

  private final QueryExecutionInfoFormatter format;

  Echo(SessionSettings.Echo echo) {
    QueryExecutionInfoFormatter line =
        new QueryExecutionInfoFormatter().showTime().showSuccess().showQuery();
    this.format = echo == SessionSettings.Echo.VALUES ? line.showBindings() : line;
  }

  /** The same connection, whose statements are echoed. */
  Connection on(Connection connection) {
    ConnectionFactory one = new One(connection);
    return Mono.from(ProxyConnectionFactory.builder(one).onAfterQuery(this::write).build().create())
        .toFuture()
        .join(); // there already
  }

  private void write(QueryExecutionInfo query) {
    LOG.info(format.format(query));
  }

  private record One(Connection connection) implements ConnectionFactory {

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
