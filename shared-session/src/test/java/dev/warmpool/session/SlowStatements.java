package dev.warmpool.session;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

public final class SlowStatements implements SessionListener {

  private static final Logger LOG = LoggerFactory.getLogger(SlowStatements.class);
  private static final Duration SLOW = Duration.ofMillis(100);

  @Override
  public void ran(ObservedSession session, StatementReport statement) {
    if (statement.time().compareTo(SLOW) > 0) {
      LOG.warn("{} ms: {}", statement.time().toMillis(), statement.sql());
    }
  }
}
