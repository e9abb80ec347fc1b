package dev.warmpool.local.runtime;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Forwards every call to all registered observers. Thread-safe. */
final class ObserverList implements RuntimeObserver {

  private final List<RuntimeObserver> all = new CopyOnWriteArrayList<>();

  void add(RuntimeObserver observer) {
    all.add(observer);
  }

  @Override
  public void changed(EnvironmentInfo environment, EnvironmentState state, Instant at) {
    all.forEach(observer -> observer.changed(environment, state, at));
  }

  @Override
  public void began(String requestId, EnvironmentInfo environment, Instant at) {
    all.forEach(observer -> observer.began(requestId, environment, at));
  }

  @Override
  public void throttled(String requestId, String function, Instant at) {
    all.forEach(observer -> observer.throttled(requestId, function, at));
  }

  @Override
  public void ended(InvocationReport report) {
    all.forEach(observer -> observer.ended(report));
  }
}
