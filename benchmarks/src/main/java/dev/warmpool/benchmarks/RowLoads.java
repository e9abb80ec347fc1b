package dev.warmpool.benchmarks;

import dev.warmpool.session.Session;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOptions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Ways to insert rows: of this project and of others, each in one transaction. */
final class RowLoads implements AutoCloseable {

  static final String MANY = "10,000 rows";
  static final String COPIES = "10,000 rows, COPY";
  static final String BATCH = "Warmpool, batch";
  static final String UNNESTED = "Warmpool, unnest";
  static final String REWRITTEN = "HikariCP, rewritten batch";
  static final String COPY_IN = "Warmpool, copyIn";
  static final String COPY_MANAGER = "pgjdbc, CopyManager";
  static final String PSQL = "psql";
  static final String DRIVER_UNNEST = DriverAlone.NAME + ", unnest";
  static final String DRIVER_COPY = DriverAlone.NAME + ", copyIn";

  private static final int FEW = 5;

  private final WarmpoolSessions sessions;
  private final SessionManager manager;
  private final HikariLoads hikari;
  private final HikariLoads truncating;
  private final DriverLoads driver;
  private final Optional<Psql> psql;

  /**
   * A way to insert rows.
   *
   * @param rows how many
   * @param load inserts them and returns how many there were
   */
  record Way(String name, int rows, LongSupplier load) {}

  RowLoads(Map<String, String> server) {
    this.sessions = new WarmpoolSessions("Warmpool", server, Map.of());
    this.manager = sessions.manager();
    this.hikari = new HikariLoads(server);
    this.truncating = new HikariLoads(server);
    this.driver = new DriverLoads(server);
    this.psql = Psql.start(server);
  }

  /** The ways by case; the first of each is that to which the others are compared. */
  Map<String, List<Way>> cases() {
    Map<String, List<Way>> cases = new LinkedHashMap<>();
    cases.put(
        "5 rows",
        List.of(
            new Way("HikariCP, five inserts", FEW, () -> hikari.oneByOne(FEW)),
            new Way(REWRITTEN, FEW, () -> hikari.rewritten(FEW)),
            new Way(BATCH, FEW, () -> batch(FEW))));
    cases.put(
        MANY,
        List.of(
            new Way(UNNESTED, Sql.ROWS, this::unnest),
            new Way(REWRITTEN, Sql.ROWS, () -> hikari.rewritten(Sql.ROWS)),
            new Way(BATCH, Sql.ROWS, () -> batch(Sql.ROWS)),
            new Way(DRIVER_UNNEST, Sql.ROWS, () -> driver.unnest(Sql.ROWS))));
    cases.put(COPIES, copies());
    return cases;
  }

  private List<Way> copies() {
    List<Way> copies = new ArrayList<>();
    copies.add(new Way(COPY_MANAGER, Sql.ROWS, hikari::copyManager));
    psql.ifPresent(client -> copies.add(new Way(PSQL, Sql.ROWS, client::copy)));
    copies.add(new Way(COPY_IN, Sql.ROWS, this::copyIn));
    copies.add(new Way(DRIVER_COPY, Sql.ROWS, driver::copy));
    return copies;
  }

  /**
   * Deletes what a way has inserted, by a connection of its own: the one that truncates is spared
   * to read the table's definition again, and has been used a moment before.
   */
  void truncate() {
    truncating.truncate();
  }

  private long inSession(Function<Session, Mono<Long>> work) {
    Long rows = manager.await(manager.inSession(SessionOptions.standard(), work), Sql.BOUND);
    return rows == null ? 0 : rows;
  }

  private long batch(int rows) {
    return inSession(s -> s.batch(RowData.INSERT, Flux.range(0, rows).map(RowData::row)));
  }

  private long unnest() {
    return inSession(
        s -> s.execute(RowData.UNNEST, RowData.ids(Sql.ROWS), RowData.names(Sql.ROWS)));
  }

  private long copyIn() {
    return inSession(
        s ->
            s.copyIn(
                RowData.COPY,
                Flux.fromIterable(RowData.pieces())
                    .map(number -> ByteBuffer.wrap(RowData.piece(number)))));
  }

  @Override
  public void close() {
    sessions.close();
    hikari.close();
    truncating.close();
    driver.close();
    psql.ifPresent(Psql::close);
  }
}
