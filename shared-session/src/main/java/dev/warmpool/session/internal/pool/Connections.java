package dev.warmpool.session.internal.pool;

import dev.warmpool.session.PoolStats;
import dev.warmpool.session.SessionClosedException;
import dev.warmpool.session.internal.loop.EventLoops;
import dev.warmpool.session.internal.loop.InFlight;
import dev.warmpool.session.internal.pool.Occupancy.Choice;
import dev.warmpool.session.internal.pool.Occupancy.Counts;
import dev.warmpool.session.internal.pool.Occupancy.Release;
import dev.warmpool.session.internal.postgres.Connector;
import dev.warmpool.session.internal.postgres.SearchPath;
import dev.warmpool.session.internal.postgres.ServerConnection;
import dev.warmpool.session.settings.PoolSettings;
import dev.warmpool.session.settings.Pooler;
import dev.warmpool.session.settings.SessionSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The owner of all connections, keyed by search path: opens and closes them as {@link Occupancy}
 * decides. A session needs a permit to acquire one. If an idle connection serves another search
 * path, the least recently used one is closed to make room. Thread-safe.
 */
public final class Connections {

  /** How long closing an idle connection may delay the session that needs its place. */
  static final Duration CLOSE_LIMIT = Duration.ofMillis(250);

  private final PoolSettings settings;
  private final boolean passesCancels;
  private final EventLoops loops;
  private final InFlight inFlight;
  private final ConnectionStore store;
  private final AdmissionQueue queue;
  private final Occupancy occupancy;
  private final Peer peer;
  private final Set<ConnectAttempt> attempts = ConcurrentHashMap.newKeySet();
  private final LongAdder replayed = new LongAdder();
  private volatile IntSupplier sessions = () -> 0;

  /**
   * @param inFlight counts acquisitions and closes, whether or not a caller waits for them
   */
  public Connections(
      SessionSettings settings, Connector connector, EventLoops loops, InFlight inFlight) {
    this.settings = settings.pool();
    this.passesCancels = settings.pooler() != Pooler.RDS_PROXY;
    this.loops = loops;
    this.inFlight = inFlight;
    this.store = new ConnectionStore(connector, loops, this.settings.max());
    this.queue = new AdmissionQueue(this.settings.max());
    this.occupancy = new Occupancy(this.settings, queue);
    this.peer = Peer.of(settings);
  }

  AdmissionQueue queue() {
    return queue;
  }

  InFlight inFlight() {
    return inFlight;
  }

  EventLoops loops() {
    return loops;
  }

  /** A session that wants a connection. */
  interface Taker {

    /** A connection is being opened for it. */
    void connects(ConnectAttempt attempt);

    /** It has the lease, or the error. */
    void taken(@Nullable Lease lease, @Nullable Throwable error);
  }

  /**
   * Takes an idle connection or opens one. The caller has a permit, which it returns if this fails.
   *
   * @param taker gets the lease or the error, on any thread
   */
  void take(SearchPath path, Taker taker) {
    Choice choice = occupancy.choose(path);
    PooledConnection found = choice == null ? null : choice.found();
    if (choice == null) {
      taker.taken(null, closedException());
      return;
    }
    choice.evicted().forEach(connection -> connection.server().logIfClosed());
    if (found == null) {
      open(path, choice, taker);
    } else {
      choice.evicted().forEach(this::closeUnattended);
      taker.taken(new Lease(this, found), null);
    }
  }

  private static SessionClosedException closedException() {
    return new SessionClosedException("the session manager is closed: it opens no sessions");
  }

  private void open(SearchPath path, Choice choice, Taker taker) {
    ConnectAttempt attempt = new ConnectAttempt(loops, peer, settings.timeout());
    attempts.add(attempt);
    taker.connects(attempt);
    if (occupancy.isOutdated(choice.renewal())) {
      attempt.giveUp(renewedException());
    }
    closeAll(choice.evicted())
        .then(store.open(attempt, path))
        .doOnTerminate(() -> attempts.remove(attempt))
        .subscribe(
            handle ->
                arrived(
                    new PooledConnection(
                        store.of(handle), path, choice.generation(), choice.renewal(), handle),
                    taker),
            error -> taker.taken(null, occupancy.failed() ? closedException() : error));
  }

  /** Counts as a lost connection: a session that waits connects again. */
  private static IOException renewedException() {
    return new IOException("the pool was renewed");
  }

  /** One that the pool has outlived is closed, and another one taken. */
  private void arrived(PooledConnection connection, Taker taker) {
    if (occupancy.arrived(connection)) {
      taker.taken(new Lease(this, connection), null);
    } else {
      store
          .close(connection, CLOSE_LIMIT)
          .subscribe(nothing -> {}, error -> {}, () -> take(connection.path(), taker));
    }
  }

  /** Keeps a released connection; false, with nothing done, if it has to be closed instead. */
  boolean release(PooledConnection connection) {
    connection.server().touch();
    Release release = occupancy.release(connection);
    PooledConnection replaced = release.replaced();
    if (replaced != null) {
      closeUnattended(replaced);
    }
    if (release.kept()) {
      queue.leave();
    }
    return release.kept();
  }

  Mono<Void> invalidate(PooledConnection connection, Duration limit) {
    return inFlight.track(store.close(connection, limit).doOnTerminate(this::left));
  }

  private void left() {
    occupancy.left();
    queue.leave();
  }

  /** Excludes connections of this generation from further use; later calls for it do nothing. */
  void evict(int generation) {
    occupancy.evict(generation);
  }

  /** Asks the server to cancel, without waiting; not through RDS Proxy, which drops the request. */
  void requestCancel(ServerConnection connection, Duration limit) {
    if (passesCancels) {
      inFlight
          .track(loops.bound(connection.requestCancel(), limit))
          .subscribe(nothing -> {}, error -> {});
    }
  }

  private void closeUnattended(PooledConnection connection) {
    inFlight.track(store.close(connection, CLOSE_LIMIT)).subscribe();
  }

  /** A cancel does not stop it: the place of a connection that is half closed would be lost. */
  private Mono<Void> closeAll(List<PooledConnection> connections) {
    return connections.isEmpty()
        ? Mono.empty()
        : Mono.fromFuture(() -> closing(connections).toFuture(), true);
  }

  private Mono<Void> closing(List<PooledConnection> connections) {
    return Flux.fromIterable(connections)
        .flatMap(
            connection -> inFlight.track(store.close(connection, CLOSE_LIMIT)), connections.size())
        .then();
  }

  /** The figures of the pool, without the connections that are being opened. */
  public PoolStats stats() {
    Counts counts = occupancy.counts();
    return new PoolStats(
        counts.acquired(),
        counts.idle(),
        queue.waiting(),
        settings.max(),
        store.opened(),
        replayed.sum(),
        sessions.getAsInt());
  }

  /** How many connections are being opened. */
  int opening() {
    return occupancy.counts().opening();
  }

  /** Counts an opening that is sent again, for the figures. */
  public void countReplay() {
    replayed.increment();
  }

  /** Takes the number of sessions in flight from there, for the figures. */
  public void countSessions(IntSupplier inFlight) {
    sessions = inFlight;
  }

  /**
   * Closes idle connections and gives up attempts to connect now, closes connections in use when
   * they are released, and counts anew.
   */
  public Mono<Void> renew() {
    return Mono.defer(
        () -> {
          List<PooledConnection> idle = occupancy.renew();
          store.restartCount();
          giveUpAttempts();
          return closeAll(idle);
        });
  }

  /** Does as {@link #renew}; from then on no session gets a connection. */
  public Mono<Void> close() {
    return Mono.defer(
        () -> {
          List<PooledConnection> idle = occupancy.close();
          giveUpAttempts();
          return closeAll(idle);
        });
  }

  private void giveUpAttempts() {
    List.copyOf(attempts).forEach(attempt -> attempt.giveUp(renewedException()));
  }
}
