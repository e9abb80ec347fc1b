package dev.warmpool.functions.metrics;

import dev.warmpool.session.ObservedSession;
import dev.warmpool.session.SessionListener;
import dev.warmpool.session.SessionOptions.Kind;
import dev.warmpool.session.SessionOrigin;
import dev.warmpool.session.StatementReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Counts what sessions do until the figures are taken. Thread-safe. */
final class SessionCounts implements SessionListener {

  private Map<Metric, Long> counts = new EnumMap<>(Metric.class);
  private List<Double> waits = new ArrayList<>();
  private long roundTrips;

  /** Returns the figures since the last call, and begins anew. */
  synchronized Figures take() {
    Figures taken = new Figures(counts, waits, roundTrips);
    counts = new EnumMap<>(Metric.class);
    waits = new ArrayList<>();
    roundTrips = 0;
    return taken;
  }

  synchronized void count(Metric metric) {
    counts.put(metric, counts.getOrDefault(metric, 0L) + 1);
  }

  @Override
  public synchronized void waited(ObservedSession session, Duration time) {
    if (waits.size() < Figures.MAX_WAITS) {
      waits.add(time.toNanos() / 1e6);
    }
  }

  @Override
  public void connected(ObservedSession session, Duration time) {
    count(Metric.CONNECTIONS_OPENED);
  }

  @Override
  public void reopening(ObservedSession session, Throwable cause) {
    count(Metric.REPLAYS);
  }

  @Override
  public synchronized void ran(ObservedSession session, StatementReport statement) {
    roundTrips++;
  }

  @Override
  public void cut(ObservedSession session, Duration time) {
    count(Metric.DEADLINE_EXCEEDED);
  }

  @Override
  public void strayEnded(ObservedSession session, SessionOrigin origin) {
    count(Metric.STRAYS);
  }

  @Override
  public synchronized void committed(ObservedSession session, Duration time) {
    count(Metric.SESSIONS);
    if (session.options().kind() == Kind.READ_WRITE || session.options().kind() == Kind.SNAPSHOT) {
      roundTrips++;
    }
  }

  @Override
  public void rolledBack(ObservedSession session, Duration time) {
    count(Metric.SESSIONS);
    count(Metric.ROLLBACKS);
  }

  @Override
  public void outcomeUnknown(ObservedSession session, Duration time) {
    count(Metric.SESSIONS);
    count(Metric.OUTCOMES_UNKNOWN);
  }
}
