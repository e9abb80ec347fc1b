package dev.warmpool.session.lambda;

import dev.warmpool.session.SessionManager;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.crac.Context;
import org.crac.Core;
import org.crac.Resource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hooks around a snapshot (SnapStart). Before the snapshot, one session and the registered
 * requests run, then every connection is closed and cached credentials are forgotten. After each
 * restore, connections are closed and credentials forgotten once more. Thread-safe. The CRaC
 * registry holds a weak reference, so the creator must keep a strong one.
 */
final class Snapshots implements Resource {

  /** Long, because a snapshot is taken at deployment, when no caller waits. */
  private static final Duration PRIME_LIMIT = Duration.ofSeconds(10);

  /** How long to wait for running sessions before their connections are closed. */
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

  private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);

  private final Supplier<SessionManager> sessions;
  private final List<Runnable> requests = new CopyOnWriteArrayList<>();
  private boolean registered;

  Snapshots(Supplier<SessionManager> sessions) {
    this.sessions = sessions;
  }

  /**
   * Registers once, and only if a snapshot will be taken, because the registry takes time to load.
   */
  synchronized void register() {
    if (!registered && "snap-start".equals(System.getenv(Lambda.INITIALIZATION_TYPE))) {
      registered = true;
      Core.getGlobalContext().register(this);
    }
  }

  /** Adds a request to run before the snapshot. */
  void prime(Runnable request) {
    requests.add(request);
    register();
  }

  /** Logs failures and goes on, so that a deployment does not depend on the database. */
  @Override
  public void beforeCheckpoint(Context<? extends Resource> context) {
    prepare(this::prime);
    requests.forEach(Snapshots::prepare);
    prepare(() -> renew(CLOSE_LIMIT));
  }

  private void prime() {
    SessionManager manager = sessions.get();
    manager.await(manager.prime(), PRIME_LIMIT);
  }

  private void renew(Duration limit) {
    SessionManager manager = sessions.get();
    manager.await(manager.renew(limit), PRIME_LIMIT);
  }

  private static void prepare(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      LOG.warn("a step around the snapshot failed, so first requests are slower: {}", e.toString());
    }
  }

  /**
   * Closes connections that were opened after the first hook: every restored environment would
   * share them.
   */
  @Override
  public void afterRestore(Context<? extends Resource> context) {
    prepare(() -> renew(Duration.ZERO));
  }
}
