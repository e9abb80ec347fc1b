package dev.warmpool.benchmarks;

import java.util.EnumSet;
import java.util.Set;

/**
 * An implementation that is measured: a way to run units of work in a schema. Each call runs one
 * unit and blocks the caller until its end, as a handler does. Implementations are thread-safe,
 * unless they take one caller at a time.
 */
interface Contender extends AutoCloseable {

  /** Name in the tables. */
  String name();

  /** Reads one row. */
  void read(int id);

  /** Updates one row and commits. */
  void write(int id);

  /** Inserts five rows in one transaction by five statements. */
  void fiveWrites(int id);

  /** Inserts five rows in one transaction by what the contender has for many rows. */
  void fiveRows(int id);

  /** Reads 10,000 rows and returns the number of rows received. */
  int stream();

  /** The workloads in which the contender differs from the others. */
  default Set<Workload> workloads() {
    return EnumSet.allOf(Workload.class);
  }

  /** Whether units of work may run at the same time; if not, many callers are not measured. */
  default boolean takesManyCallers() {
    return true;
  }

  @Override
  void close();
}
