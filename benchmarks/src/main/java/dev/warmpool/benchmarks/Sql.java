package dev.warmpool.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** The statements and limits that all contenders share. */
final class Sql {

  static final String SCHEMA = "bench";

  static final String SET_SCHEMA = "SET LOCAL search_path TO " + SCHEMA;

  static final String READ = "SELECT balance FROM account WHERE id = $1";

  static final String WRITE = "UPDATE account SET balance = balance + 1 WHERE id = $1";

  static final String INSERT = "INSERT INTO entry (account, amount) VALUES ($1, $2)";

  static final String STREAM = "SELECT id, balance FROM account ORDER BY id LIMIT 10000";

  static final int POOL = 4;

  static final int ROWS = 10_000;

  /** Limit on every wait; longer than any measurement takes. */
  static final Duration BOUND = Duration.ofSeconds(30);

  static final String SET_UP =
      "CREATE SCHEMA "
          + SCHEMA
          + "; CREATE TABLE bench.account (id int PRIMARY KEY, balance bigint NOT NULL);"
          + "CREATE TABLE bench.entry (account int NOT NULL, amount int NOT NULL);"
          + "CREATE TABLE bench.loaded (id int PRIMARY KEY, name text NOT NULL);"
          + "INSERT INTO bench.account SELECT i, 0 FROM generate_series(1, "
          + ROWS
          + ") i; ANALYZE bench.account";

  private Sql() {}

  /** The rows of account id in a batch: each with its number as amount. */
  static List<Object[]> fiveRows(int id) {
    return IntStream.range(0, 5).mapToObj(i -> new Object[] {id, i}).toList();
  }

  /** Replaces PostgreSQL's placeholders by JDBC's. */
  static String jdbc(String sql) {
    return sql.replace("$1", "?").replace("$2", "?");
  }
}
