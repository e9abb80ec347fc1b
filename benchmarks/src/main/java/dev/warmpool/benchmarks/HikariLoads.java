package dev.warmpool.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Ways of HikariCP with pgjdbc to insert rows, each in one transaction. */
final class HikariLoads implements AutoCloseable {

  private static final String INSERT = Sql.jdbc(RowData.INSERT);

  private final HikariDataSource pool;

  HikariLoads(Map<String, String> server) {
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

  /** Deletes what was inserted. */
  void truncate() {
    inTransaction(
        connection -> {
          try (Statement truncate = connection.createStatement()) {
            return truncate.executeUpdate("TRUNCATE loaded");
          }
        });
  }

  private static void bind(PreparedStatement insert, int row) throws SQLException {
    insert.setInt(1, RowData.id(row));
    insert.setString(2, RowData.name(row));
  }

  long oneByOne(int rows) {
    return inTransaction(
        connection -> {
          try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            long inserted = 0;
            for (int row = 0; row < rows; row++) {
              bind(insert, row);
              inserted += insert.executeUpdate();
            }
            return inserted;
          }
        });
  }

  long rewritten(int rows) {
    return inTransaction(
        connection -> {
          try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            for (int row = 0; row < rows; row++) {
              bind(insert, row);
              insert.addBatch();
            }
            return insert.executeBatch().length;
          }
        });
  }

  long copyManager() {
    return inTransaction(
        connection -> {
          CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(RowData.COPY);
          for (int number : RowData.pieces()) {
            byte[] piece = RowData.piece(number);
            copy.writeToCopy(piece, 0, piece.length);
          }
          return copy.endCopy();
        });
  }

  @Override
  public void close() {
    pool.close();
  }
}
