package dev.warmpool.functions.schema;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The scripts that were applied to one schema, read from its table {@code schema_history}.
 * Immutable.
 */
record History(List<Entry> entries) {

  /**
   * A script in the history.
   *
   * @param checksum of the text that was applied
   * @param state of a script outside a transaction; all others are {@code FINISHED}
   */
  record Entry(int version, String checksum, State state) {}

  /** What became of a script. */
  enum State {
    FINISHED,
    /** Another run executes it: the time that it reserved has not passed. */
    RUNNING,
    /** It was begun, and how it ended is not recorded. */
    BROKEN_OFF
  }

  /** Returns the scripts that are not finished, in order. */
  List<Migration> missing(Scripts scripts) {
    Map<Integer, String> finished = checksums();
    return scripts.all().stream().filter(s -> !finished.containsKey(s.version())).toList();
  }

  /** Returns the state of a script; {@code FINISHED} if it was never begun. */
  State state(Migration script) {
    return entries.stream()
        .filter(entry -> entry.version() == script.version())
        .map(Entry::state)
        .findFirst()
        .orElse(State.FINISHED);
  }

  /**
   * Checks that each applied script is the one of today.
   *
   * @throws IllegalStateException with the name of the first that was changed
   */
  void check(Scripts scripts) {
    Map<Integer, String> finished = checksums();
    for (Migration script : scripts.all()) {
      String checksum = finished.get(script.version());
      if (checksum != null && !checksum.equals(script.checksum())) {
        throw new IllegalStateException(
            script.name() + " was changed after it was applied: restore it and add a new script");
      }
    }
  }

  /** The highest version that is finished; 0 if there is none. */
  int version() {
    return checksums().keySet().stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  /** The checksums of the finished scripts by version. */
  Map<Integer, String> checksums() {
    Map<Integer, String> finished = new HashMap<>();
    for (Entry entry : entries) {
      if (entry.state() == State.FINISHED) {
        finished.put(entry.version(), entry.checksum());
      }
    }
    return finished;
  }

  /** Returns this history with one more finished script. */
  History plus(Migration script) {
    List<Entry> more = new ArrayList<>(entries);
    more.removeIf(entry -> entry.version() == script.version());
    more.add(new Entry(script.version(), script.checksum(), State.FINISHED));
    return new History(List.copyOf(more));
  }
}
