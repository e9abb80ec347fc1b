package dev.warmpool.benchmarks;

/**
 * One way to run units of work on a schema. Each call is one unit, from its beginning to its end,
 * on the caller's thread as a handler would wait for it. Thread-safe.
 */
interface Contender extends AutoCloseable {

  /** As the tables call it. */
  String name();

  /** Reads one row. */
  void read(int id);

  /** Changes one row and commits. */
  void write(int id);

  /** Changes five rows in one transaction. */
  void five(int id);

  /** Reads 10,000 rows; gives how many came. */
  int stream();

  @Override
  void close();
}
