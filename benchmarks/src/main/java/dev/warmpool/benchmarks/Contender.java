package dev.warmpool.benchmarks;

/**
 * An implementation that is measured: a way to run units of work in a schema. Each call runs one
 * unit and blocks the caller until its end, as a handler does. Implementations are thread-safe.
 */
interface Contender extends AutoCloseable {

  /** Name in the tables. */
  String name();

  /** Reads one row. */
  void read(int id);

  /** Updates one row and commits. */
  void write(int id);

  /** Updates five rows in one transaction. */
  void fiveWrites(int id);

  /** Reads 10,000 rows and returns the number of rows received. */
  int stream();

  @Override
  void close();
}
