package dev.warmpool.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/** HikariCP with pgjdbc. */
final class HikariCp implements Contender {

  private final Way way;
  private final HikariDataSource pool;

  /** How units of work find their schema and commit. */
  enum Way {
    /** In a transaction that sets the search path, as several tenants need it. */
    SET_LOCAL("HikariCP"),
    /** In a transaction, on connections with a fixed schema. */
    TRANSACTION("HikariCP, fixed schema"),
    /** Each statement by itself, on connections with a fixed schema: five writes are no unit. */
    AUTOCOMMIT("HikariCP, autocommit");

    private final String title;

    Way(String title) {
      this.title = title;
    }
  }

  HikariCp(Way way, Map<String, String> server) {
    this.way = way;
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(
        "jdbc:postgresql://%s:%s/%s?reWriteBatchedInserts=true"
            .formatted(
                server.get("POSTGRES_HOST"),
                server.get("POSTGRES_PORT"),
                server.get("POSTGRES_DB")));
    config.setUsername(server.get("POSTGRES_USER"));
    config.setPassword(server.get("POSTGRES_PASSWORD"));
    config.setMaximumPoolSize(Sql.POOL);
    config.setMinimumIdle(0);
    config.setAutoCommit(way == Way.AUTOCOMMIT);
    if (way != Way.SET_LOCAL) {
      config.addDataSourceProperty("currentSchema", Sql.SCHEMA);
    }
    this.pool = new HikariDataSource(config);
  }

  @Override
  public String name() {
    return way.title;
  }

  /** A unit of work on a connection. */
  private interface Work {
    int run(Connection connection) throws SQLException;
  }

  private int inSchema(Work work) {
    try (Connection connection = pool.getConnection()) {
      if (way == Way.SET_LOCAL) {
        try (Statement set = connection.createStatement()) {
          set.execute(Sql.SET_SCHEMA);
        }
      }
      int result = work.run(connection);
      if (way != Way.AUTOCOMMIT) {
        connection.commit();
      }
      return result;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void read(int id) {
    inSchema(
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(Sql.jdbc(Sql.READ))) {
            statement.setInt(1, id);
            try (ResultSet rows = statement.executeQuery()) {
              rows.next();
              return rows.getInt(1);
            }
          }
        });
  }

  @Override
  public void write(int id) {
    inSchema(
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(Sql.jdbc(Sql.WRITE))) {
            statement.setInt(1, id);
            return statement.executeUpdate();
          }
        });
  }

  @Override
  public void fiveWrites(int id) {
    inSchema(
        connection -> {
          for (int i = 0; i < 5; i++) {
            try (PreparedStatement insert = connection.prepareStatement(Sql.jdbc(Sql.INSERT))) {
              insert.setInt(1, id);
              insert.setInt(2, i);
              insert.executeUpdate();
            }
          }
          return 5;
        });
  }

  @Override
  public void fiveRows(int id) {
    inSchema(
        connection -> {
          try (PreparedStatement insert = connection.prepareStatement(Sql.jdbc(Sql.INSERT))) {
            for (int i = 0; i < 5; i++) {
              insert.setInt(1, id);
              insert.setInt(2, i);
              insert.addBatch();
            }
            return insert.executeBatch().length;
          }
        });
  }

  @Override
  public int stream() {
    return inSchema(
        connection -> {
          try (Statement statement = connection.createStatement();
              ResultSet rows = statement.executeQuery(Sql.STREAM)) {
            int count = 0;
            while (rows.next()) {
              rows.getLong(2);
              count++;
            }
            return count;
          }
        });
  }

  @Override
  public void close() {
    pool.close();
  }
}
