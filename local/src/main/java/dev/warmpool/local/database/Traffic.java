package dev.warmpool.local.database;

import java.util.OptionalInt;
import java.util.OptionalLong;

/** What processes of this machine have to do with the database, seen from outside of them. */
public interface Traffic {

  /** Connections that a process holds now; empty where this machine does not tell. */
  OptionalInt connections(long pid);

  /**
   * How often a process has said something to the database after the database had answered, over
   * all its connections and their making; empty where nothing counts it.
   */
  OptionalLong roundTrips(long pid);
}
