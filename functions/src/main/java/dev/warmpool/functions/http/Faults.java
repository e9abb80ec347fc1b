package dev.warmpool.functions.http;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Collects the faults of a request up to a limit, at which validation stops. Confined to one
 * validation.
 */
final class Faults {

  /** Bounds the time of a validation and the size of its response. */
  static final int MAX = 100;

  private final int limit;
  private final List<Problem.Fault> faults = new ArrayList<>();

  Faults(int limit) {
    this.limit = limit;
  }

  /** Returns whether validation must stop. */
  boolean isFull() {
    return faults.size() >= limit;
  }

  boolean isEmpty() {
    return faults.isEmpty();
  }

  /** Adds a fault of the body; ignored at the limit. */
  void add(Place place, String message) {
    if (!isFull()) {
      faults.add(new Problem.Fault("body", place.pointer(), message));
    }
  }

  /** Returns the faults ordered by pointer. */
  List<Problem.Fault> sorted() {
    return faults.stream()
        .sorted(Comparator.comparing(Problem.Fault::pointer).thenComparing(Problem.Fault::message))
        .toList();
  }
}
