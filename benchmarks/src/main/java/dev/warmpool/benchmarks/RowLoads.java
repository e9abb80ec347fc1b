package dev.warmpool.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.warmpool.session.Session;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOptions;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Ways to insert rows, each in one transaction, of this project and of HikariCP with pgjdbc. */
final class RowLoads implements AutoCloseable {

  static final String MANY = "10,000 rows";
  static final String COPIES = "10,000 rows, COPY";
  static final String BATCH = "Warmpool, batch";
  static final String UNNESTED = "Warmpool, unnest";
  static final String REWRITTEN = "HikariCP, rewritten batch";
  static final String COPY_IN = "Warmpool, copyIn";
  static final String COPY_MANAGER = "pgjdbc, CopyManager";

  private static final int FEW = 5;

  private static final String INSERT = "INSERT INTO loaded VALUES ($1, $2)";

  private static final String UNNEST =
      "INSERT INTO loaded SELECT * FROM unnest($1::int[], $2::text[])";

  private static final String COPY = "COPY loaded FROM STDIN";

  /** Pieces of a copy as a program would make them while it reads its source. */
  private static final int ROWS_IN_PIECE = 500;

  private final WarmpoolSessions sessions;
  private final SessionManager manager;
  private final HikariDataSource pool;
  private final Integer[] ids = IntStream.range(0, Sql.ROWS).boxed().toArray(Integer[]::new);
  private final String[] names =
      IntStream.range(0, Sql.ROWS).mapToObj(i -> "name of " + i).toArray(String[]::new);

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
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(
        "jdbc:postgresql://%s:%s/%s?currentSchema=bench&reWriteBatchedInserts=true"
            .formatted(
                server.get("POSTGRES_HOST"),
                server.get("POSTGRES_PORT"),
                server.get("POSTGRES_DB")));
    config.setUsername(server.get("POSTGRES_USER"));
    config.setPassword(server.get("POSTGRES_PASSWORD"));
    config.setMaximumPoolSize(1);
    config.setAutoCommit(false);
    this.pool = new HikariDataSource(config);
  }

  /** The ways by case; the first of each is that to which the others are compared. */
  Map<String, List<Way>> cases() {
    Map<String, List<Way>> cases = new LinkedHashMap<>();
    cases.put(
        "5 rows",
        List.of(
            new Way("HikariCP, five inserts", FEW, () -> oneByOne(FEW)),
            new Way(REWRITTEN, FEW, () -> rewritten(FEW)),
            new Way(BATCH, FEW, () -> batch(FEW))));
    cases.put(
        MANY,
        List.of(
            new Way(UNNESTED, Sql.ROWS, this::unnest),
            new Way(REWRITTEN, Sql.ROWS, () -> rewritten(Sql.ROWS)),
            new Way(BATCH, Sql.ROWS, () -> batch(Sql.ROWS))));
    cases.put(
        COPIES,
        List.of(
            new Way(COPY_MANAGER, Sql.ROWS, this::copyManager),
            new Way(COPY_IN, Sql.ROWS, this::copyIn)));
    return cases;
  }

  /** Deletes what a way has inserted. */
  void truncate() {
    inTransaction(
        connection -> {
          try (Statement truncate = connection.createStatement()) {
            return truncate.executeUpdate("TRUNCATE loaded");
          }
        });
  }

  private long inSession(Function<Session, Mono<Long>> work) {
    Long rows = manager.await(manager.inSession(SessionOptions.standard(), work), Sql.BOUND);
    return rows == null ? 0 : rows;
  }

  private long batch(int rows) {
    return inSession(s -> s.batch(INSERT, Flux.range(0, rows).map(this::row)));
  }

  private Object[] row(int i) {
    return new Object[] {ids[i], names[i]};
  }

  private long unnest() {
    return inSession(s -> s.execute(UNNEST, ids, names));
  }

  private long copyIn() {
    return inSession(
        s ->
            s.copyIn(
                COPY, Flux.range(0, Sql.ROWS / ROWS_IN_PIECE).map(n -> ByteBuffer.wrap(piece(n)))));
  }

  private byte[] piece(int number) {
    int from = number * ROWS_IN_PIECE;
    return IntStream.range(from, from + ROWS_IN_PIECE)
        .mapToObj(i -> ids[i] + "\t" + names[i] + "\n")
        .collect(Collectors.joining())
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Work on a connection, in a transaction. */
  private interface Work {
    long run(Connection connection) throws SQLException;
  }

  private long inTransaction(Work work) {
    try (Connection connection = pool.getConnection()) {
      long rows = work.run(connection);
      connection.commit();
      return rows;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void bind(PreparedStatement insert, int i) throws SQLException {
    insert.setInt(1, ids[i]);
    insert.setString(2, names[i]);
  }

  private long oneByOne(int rows) {
    return inTransaction(
        connection -> {
          try (PreparedStatement insert = connection.prepareStatement(jdbc())) {
            long inserted = 0;
            for (int i = 0; i < rows; i++) {
              bind(insert, i);
              inserted += insert.executeUpdate();
            }
            return inserted;
          }
        });
  }

  private long rewritten(int rows) {
    return inTransaction(
        connection -> {
          try (PreparedStatement insert = connection.prepareStatement(jdbc())) {
            for (int i = 0; i < rows; i++) {
              bind(insert, i);
              insert.addBatch();
            }
            return insert.executeBatch().length;
          }
        });
  }

  private static String jdbc() {
    return Sql.jdbc(INSERT);
  }

  private long copyManager() {
    return inTransaction(
        connection -> {
          CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(COPY);
          for (int number = 0; number < Sql.ROWS / ROWS_IN_PIECE; number++) {
            byte[] piece = piece(number);
            copy.writeToCopy(piece, 0, piece.length);
          }
          return copy.endCopy();
        });
  }

  @Override
  public void close() {
    sessions.close();
    pool.close();
  }
}
