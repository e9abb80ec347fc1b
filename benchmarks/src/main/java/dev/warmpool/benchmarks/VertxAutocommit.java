package dev.warmpool.benchmarks;

import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlClient;
import java.util.Map;

/**
 * Vert.x's pipelining client, each statement by itself, on connections with a fixed schema: five
 * writes are no unit. Several callers share a connection.
 */
final class VertxAutocommit implements Contender {

  private final Vertx vertx = Vertx.vertx();
  private final SqlClient client;

  VertxAutocommit(Map<String, String> server) {
    this.client =
        PgBuilder.client()
            .with(new PoolOptions().setMaxSize(Sql.POOL))
            .connectingTo(VertxPgClient.server(server))
            .using(vertx)
            .build();
  }

  @Override
  public String name() {
    return "Vert.x, autocommit";
  }

  @Override
  public void read(int id) {
    VertxPgClient.join(VertxPgClient.read(client, id));
  }

  @Override
  public void write(int id) {
    VertxPgClient.join(VertxPgClient.write(client, id));
  }

  @Override
  public void fiveWrites(int id) {
    VertxPgClient.join(VertxPgClient.fiveWrites(client, id));
  }

  @Override
  public void fiveRows(int id) {
    VertxPgClient.join(VertxPgClient.fiveRows(client, id));
  }

  @Override
  public int stream() {
    return VertxPgClient.join(VertxPgClient.stream(client));
  }

  @Override
  public void close() {
    VertxPgClient.join(client.close());
    VertxPgClient.join(vertx.close());
  }
}
