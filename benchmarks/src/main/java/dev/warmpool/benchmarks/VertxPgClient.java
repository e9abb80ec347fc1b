package dev.warmpool.benchmarks;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Vert.x's client in transactions, on connections with a fixed schema. Statements that need no
 * answer of each other are sent without waiting, as its documentation calls pipelining.
 */
final class VertxPgClient implements Contender {

  private static final int PIPELINED = 256;

  private final Vertx vertx = Vertx.vertx();
  private final Pool pool;

  VertxPgClient(Map<String, String> server) {
    this.pool =
        PgBuilder.pool()
            .with(new PoolOptions().setMaxSize(Sql.POOL))
            .connectingTo(server(server))
            .using(vertx)
            .build();
  }

  static PgConnectOptions server(Map<String, String> server) {
    return new PgConnectOptions()
        .setHost(server.get("POSTGRES_HOST"))
        .setPort(Integer.parseInt(server.get("POSTGRES_PORT")))
        .setDatabase(server.get("POSTGRES_DB"))
        .setUser(server.get("POSTGRES_USER"))
        .setPassword(server.get("POSTGRES_PASSWORD"))
        .setPipeliningLimit(PIPELINED)
        .setCachePreparedStatements(true)
        .addProperty("search_path", Sql.SCHEMA);
  }

  static <T> T join(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().join();
  }

  static Future<Long> read(SqlClient client, int id) {
    return client
        .preparedQuery(Sql.READ)
        .execute(Tuple.of(id))
        .map(rows -> rows.iterator().next().getLong(0));
  }

  static Future<Integer> write(SqlClient client, int id) {
    return client.preparedQuery(Sql.WRITE).execute(Tuple.of(id)).map(rows -> rows.rowCount());
  }

  static Future<?> fiveWrites(SqlClient client, int id) {
    return Future.all(
        IntStream.range(0, 5)
            .mapToObj(i -> client.preparedQuery(Sql.INSERT).execute(Tuple.of(id, i)))
            .collect(Collectors.toList()));
  }

  static Future<?> fiveRows(SqlClient client, int id) {
    List<Tuple> rows = IntStream.range(0, 5).mapToObj(i -> Tuple.of(id, i)).toList();
    return client.preparedQuery(Sql.INSERT).executeBatch(rows);
  }

  static Future<Integer> stream(SqlClient client) {
    return client
        .query(Sql.STREAM)
        .collecting(Collectors.summingInt(row -> row.getLong(1) == null ? 0 : 1))
        .execute()
        .map(result -> result.value());
  }

  private <T> T inTransaction(Function<SqlConnection, Future<T>> work) {
    return join(pool.withTransaction(work));
  }

  @Override
  public String name() {
    return "Vert.x";
  }

  @Override
  public void read(int id) {
    inTransaction(connection -> read(connection, id));
  }

  @Override
  public void write(int id) {
    inTransaction(connection -> write(connection, id));
  }

  @Override
  public void fiveWrites(int id) {
    inTransaction(connection -> fiveWrites(connection, id).mapEmpty());
  }

  @Override
  public void fiveRows(int id) {
    inTransaction(connection -> fiveRows(connection, id).mapEmpty());
  }

  @Override
  public int stream() {
    return inTransaction(VertxPgClient::stream);
  }

  @Override
  public void close() {
    join(pool.close());
    join(vertx.close());
  }
}
