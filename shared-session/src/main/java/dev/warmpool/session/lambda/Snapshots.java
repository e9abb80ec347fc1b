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
 * The hooks around a snapshot (SnapStart). Before it, the path that requests take is run once, then
 * every connection is closed and credentials are forgotten; the same is closed and forgotten after
 * each restore. The CRaC registry holds this weakly: the creator must keep a reference.
 */
final class Snapshots implements Resource {

  /** A snapshot is taken at deployment, when there is time. */
  private static final Duration PRIME_LIMIT = Duration.ofSeconds(10);

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

  private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);

  private final Supplier<SessionManager> sessions;
  private final List<Runnable> requests = new CopyOnWriteArrayList<>();
  private boolean registered;

  Snapshots(Supplier<SessionManager> sessions) {
    this.sessions = sessions;
  }

  /** Registers once, and only if a snapshot will be taken: the registry takes time to load. */
  synchronized void register() {
    if (!registered && "snap-start".equals(System.getenv(Lambda.INITIALIZATION_TYPE))) {
      registered = true;
      Core.getGlobalContext().register(this);
    }
  }

  void prime(Runnable request) {
    requests.add(request);
    register();
  }

  /** Never fails, so that a deployment does not depend on the database. */
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

  /** Connections opened after the first hook would be in every environment that is restored. */
  @Override
  public void afterRestore(Context<? extends Resource> context) {
    prepare(() -> renew(Duration.ZERO));
  }
}
