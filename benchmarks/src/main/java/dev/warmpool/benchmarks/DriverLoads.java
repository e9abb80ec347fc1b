package dev.warmpool.benchmarks;

import io.netty.buffer.Unpooled;
import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Ways of the R2DBC driver alone to insert rows, each statement by itself: what it costs at least.
 */
final class DriverLoads implements AutoCloseable {

  private final DriverConnection connection;

  DriverLoads(Map<String, String> server) {
    this.connection = new DriverConnection(server, Map.of("search_path", Sql.SCHEMA));
  }

  /** By one statement with two arrays, which is the least to encode. */
  long unnest(int rows) {
    return connection.await(
        driver ->
            DriverConnection.changed(
                driver
                    .createStatement(RowData.UNNEST)
                    .bind(0, RowData.ids(rows))
                    .bind(1, RowData.names(rows))));
  }

  long copy() {
    return connection.await(
        driver ->
            driver
                .copyIn(RowData.COPY)
                .fromMany(
                    Flux.fromIterable(RowData.pieces())
                        .map(
                            number ->
                                Mono.fromSupplier(
                                    () -> Unpooled.wrappedBuffer(RowData.piece(number)))))
                .build());
  }

  @Override
  public void close() {
    connection.close();
  }
}
