package dev.warmpool.session.internal.pool;

import dev.warmpool.session.internal.loop.AttemptSockets;
import dev.warmpool.session.internal.loop.EventLoops;
import dev.warmpool.session.internal.loop.Ticks;
import dev.warmpool.session.internal.postgres.Connector;
import dev.warmpool.session.internal.postgres.SearchPath;
import dev.warmpool.session.internal.postgres.ServerConnection;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * One attempt to open a connection. The first of connection, error and {@link #giveUp} decides; the
 * sockets of an attempt that has failed are closed, and so is a connection that arrives too late.
 * Used once; thread-safe.
 *
 * <p>An attempt that makes progress goes on, even if no session waits for it any more. Cut and
 * begun anew, attempts would never end in an environment that takes longer than its sessions wait.
 */
final class ConnectAttempt {

  /** A server that takes no step for this time counts as unreachable. */
  private static final Duration SILENCE = Duration.ofSeconds(5);

  /** The same once a session's time to wait is over. */
  private static final Duration LATE_SILENCE = Duration.ofSeconds(1);

  /** The longest attempt, whatever steps the server takes: a byte now and then is no progress. */
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private final EventLoops loops;
  private final AttemptSockets sockets;
  private final Peer peer;
  private final Ticks ticks;
  private final long silence;
  private final long lateSilence;
  private final long longest;
  private final AtomicBoolean decided = new AtomicBoolean();
  private final AtomicReference<@Nullable MonoSink<ServerConnection>> sink =
      new AtomicReference<>();
  private volatile @Nullable Throwable givenUp;
  private volatile Step step = Step.PLACE;
  private volatile long silent;
  private long count;
  private int answers;
  private volatile boolean abandoned;

  /** What the attempt waits for. */
  private enum Step {
    PLACE,
    PASSWORD,
    CONNECTION,
    ENCRYPTION,
    ANSWER
  }

  /** The server took no step for too long. */
  static final class SilenceException extends TimeoutException {

    private static final long serialVersionUID = 1L;

    SilenceException(String message) {
      super(message);
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
      return this;
    }
  }

  /**
   * @param patience how long a session waits for a connection
   */
  ConnectAttempt(EventLoops loops, Peer peer, Duration patience) {
    this.loops = loops;
    this.sockets = loops.sockets();
    this.peer = peer;
    this.ticks = new Ticks(loops, patience, sockets::run, this::tick);
    this.silence = ticks.in(SILENCE);
    this.longest = ticks.in(LONGEST);
    this.lateSilence = Math.min(ticks.in(patience), ticks.in(LATE_SILENCE));
  }

  /** Connects. The subscriber must not cancel. */
  Mono<ServerConnection> connection(Connector connector, SearchPath path) {
    return Mono.create(
        created -> {
          sink.set(created);
          Throwable reason = givenUp;
          if (reason == null) {
            ticks.start();
            loops.connect(() -> connect(connector, path));
          } else {
            fail(reason);
          }
        });
  }

  /** Signals JVM-fatal errors, too: thrown on, they would leave r2dbc-pool's count wrong. */
  private void connect(Connector connector, SearchPath path) {
    step = Step.PASSWORD;
    try {
      connector.connect(path, sockets).subscribe(this::arrived, this::failed);
    } catch (Throwable error) {
      failed(error);
    }
  }

  private void arrived(ServerConnection connection) {
    if (!decide()) {
      connection.close().subscribe(nothing -> {}, error -> {});
      return;
    }
    sockets.settle();
    MonoSink<ServerConnection> waiting = sink.getAndSet(null);
    if (waiting != null) {
      waiting.success(connection);
    }
  }

  /** After the decision, it is the end of what was given up. */
  private void failed(Throwable error) {
    if (decide()) {
      sockets.close();
      fail(error);
    }
  }

  /** Closes the sockets; the attempt fails with this error unless it has ended. */
  void giveUp(Throwable reason) {
    if (decide()) {
      givenUp = reason;
      sockets.close();
      fail(reason);
    }
  }

  private void fail(Throwable error) {
    MonoSink<ServerConnection> waiting = sink.getAndSet(null);
    if (waiting != null) {
      waiting.error(error);
    }
  }

  private boolean decide() {
    boolean first = decided.compareAndSet(false, true);
    if (first) {
      ticks.dispose();
    }
    return first;
  }

  private void tick() {
    Step now = reached();
    int heard = sockets.answers();
    silent = now == step && heard == answers ? silent + 1 : 0;
    step = now;
    answers = heard;
    count++;
    if (count >= longest) {
      giveUp(silence("no end after", LONGEST));
    } else if (silent >= (abandoned ? lateSilence : silence)) {
      giveUp(silence("no progress for", abandoned ? LATE_SILENCE : SILENCE));
    }
  }

  private SilenceException silence(String what, Duration limit) {
    return new SilenceException(
        "%s %d ms, waiting for %s".formatted(what, limit.toMillis(), waitsFor()));
  }

  private Step reached() {
    if (!sockets.isBegun()) {
      return Step.PASSWORD;
    }
    if (!sockets.isOpen()) { // the driver has not noticed that the peer has closed it
      return Step.ANSWER;
    }
    if (!sockets.isConnected()) {
      return Step.CONNECTION;
    }
    return peer.encrypted() && !sockets.isEncrypted() ? Step.ENCRYPTION : Step.ANSWER;
  }

  /** Runs a task on the thread that does the attempt's work. */
  void run(Runnable task) {
    sockets.run(task);
  }

  /** No session waits for the attempt any more: it ends if the server is silent for longer. */
  void abandon() {
    abandoned = true;
  }

  /** Whether a session whose time to wait is over has no reason to wait for its end. */
  boolean isStalled() {
    return silent >= lateSilence;
  }

  /** What it waits for, in the words of a message. */
  String waitsFor() {
    return switch (step == Step.PLACE ? step : reached()) {
      case PLACE -> "a place in the pool"; // another connection is closed first
      case PASSWORD -> peer.password();
      case CONNECTION -> "a TCP connection to " + peer.address();
      case ENCRYPTION -> "TLS with " + peer.address();
      case ANSWER -> "the answer of " + peer.address() + " to the start-up";
    };
  }
}
