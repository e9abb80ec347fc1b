package dev.warmpool.functions.metrics;

import dev.warmpool.session.ObservedSession;
import dev.warmpool.session.SessionListener;
import dev.warmpool.session.SessionOptions.Kind;
import dev.warmpool.session.SessionOrigin;
import dev.warmpool.session.StatementReport;
import java.time.Duration;

/** Counts what sessions do until the figures are taken. Thread-safe. */
final class SessionCounts implements SessionListener {

  private Figures figures = new Figures();

  /** Returns the figures since the last call, and begins anew. */
  synchronized Figures take() {
    Figures taken = figures;
    figures = new Figures();
    return taken;
  }

  synchronized void count(Metric metric) {
    figures.count(metric);
  }

  @Override
  public synchronized void waited(ObservedSession session, Duration time) {
    figures.waited(time);
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
    figures.roundTrip();
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
      figures.roundTrip();
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
