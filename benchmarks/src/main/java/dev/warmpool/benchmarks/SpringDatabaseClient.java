package dev.warmpool.benchmarks;

import io.r2dbc.pool.ConnectionPool;
import java.util.Map;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Spring's DatabaseClient in a TransactionalOperator, on r2dbc-pool. */
final class SpringDatabaseClient implements Contender {

  private final ConnectionPool pool;
  private final DatabaseClient client;
  private final TransactionalOperator transaction;

  SpringDatabaseClient(Map<String, String> server) {
    this.pool = R2dbcPool.pool(server);
    this.client = DatabaseClient.create(pool);
    this.transaction = TransactionalOperator.create(new R2dbcTransactionManager(pool));
  }

  @Override
  public String name() {
    return "Spring";
  }

  private Mono<Long> update(String sql) {
    return client.sql(sql).fetch().rowsUpdated();
  }

  private Mono<Long> insert(int id, int amount) {
    return client.sql(Sql.INSERT).bind(0, id).bind(1, amount).fetch().rowsUpdated();
  }

  private <T> T run(Mono<T> work) {
    return transaction.transactional(update(Sql.SET_SCHEMA).then(work)).block(Sql.BOUND);
  }

  @Override
  public void read(int id) {
    run(client.sql(Sql.READ).bind(0, id).map((row, meta) -> "" + row.get(0, Long.class)).one());
  }

  @Override
  public void write(int id) {
    run(client.sql(Sql.WRITE).bind(0, id).fetch().rowsUpdated());
  }

  @Override
  public void fiveWrites(int id) {
    run(Flux.range(0, 5).concatMap(i -> insert(id, i)).then(Mono.just(1)));
  }

  @Override
  public void fiveRows(int id) {
    fiveWrites(id); // it has nothing for many rows of values
  }

  @Override
  public int stream() {
    Long count = run(client.sql(Sql.STREAM).map((row, meta) -> 1).all().count());
    return count == null ? 0 : count.intValue();
  }

  @Override
  public void close() {
    pool.disposeLater().block(Sql.BOUND);
  }
}
