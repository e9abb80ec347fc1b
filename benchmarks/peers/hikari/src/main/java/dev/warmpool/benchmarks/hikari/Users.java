package dev.warmpool.benchmarks.hikari;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import org.crac.Core;
import org.crac.Resource;

/**
 * Reads users through a pool that opens its first connection on demand. Before a checkpoint it
 * reads a user, which loads the classes, and closes its connections. Thread-safe.
 */
final class Users implements Resource {

  private static final String FIND =
      "SELECT id, email, name, created_at, updated_at, version FROM users"
          + " WHERE id = ? AND deleted_at IS NULL";

  private final HikariDataSource pool = new HikariDataSource(configuration());

  Users() {
    Core.getGlobalContext().register(this);
  }

  private static HikariConfig configuration() {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(
        "jdbc:postgresql://%s:%s/%s"
            .formatted(
                System.getenv("POSTGRES_HOST"),
                System.getenv("POSTGRES_PORT"),
                System.getenv("POSTGRES_DB")));
    config.setUsername(System.getenv("POSTGRES_USER"));
    config.setPassword(System.getenv("POSTGRES_PASSWORD"));
    config.setMaximumPoolSize(1);
    config.setMinimumIdle(0);
    config.setInitializationFailTimeout(-1);
    config.setAutoCommit(false);
    config.setAllowPoolSuspension(true);
    return config;
  }

  /** Returns the user; an empty object if there is none. */
  ObjectNode find(long id) throws SQLException {
    try (Connection connection = pool.getConnection()) {
      try (Statement set = connection.createStatement()) {
        set.execute("SET LOCAL search_path TO " + System.getenv("POSTGRES_SCHEMA"));
      }
      ObjectNode user = find(connection, id);
      connection.commit();
      return user;
    }
  }

  private static ObjectNode find(Connection connection, long id) throws SQLException {
    ObjectNode user = JsonNodeFactory.instance.objectNode();
    try (PreparedStatement statement = connection.prepareStatement(FIND)) {
      statement.setLong(1, id);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? json(row, user) : user;
      }
    }
  }

  private static ObjectNode json(ResultSet row, ObjectNode user) throws SQLException {
    return user.put("id", row.getLong(1))
        .put("email", row.getString(2))
        .put("name", row.getString(3))
        .put("createdAt", row.getObject(4, OffsetDateTime.class).toInstant().toString())
        .put("updatedAt", row.getObject(5, OffsetDateTime.class).toInstant().toString())
        .put("version", row.getLong(6));
  }

  @Override
  public void beforeCheckpoint(org.crac.Context<? extends Resource> context) throws SQLException {
    find(1);
    pool.getHikariPoolMXBean().suspendPool();
    pool.getHikariPoolMXBean().softEvictConnections();
  }

  @Override
  public void afterRestore(org.crac.Context<? extends Resource> context) {
    pool.getHikariPoolMXBean().resumePool();
  }
}
