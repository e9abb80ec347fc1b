package dev.warmpool.session.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * A TCP proxy between clients and a server on 127.0.0.1 that delays bytes, records messages, holds
 * back answers and cuts connections. Faults without a predicate apply to the connections that are
 * open, not to later ones. Thread-safe.
 */
public final class WireProxy implements AutoCloseable {

  private final ServerSocket listener;
  private final int target;
  private final Set<WireFlow> flows = ConcurrentHashMap.newKeySet();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private final List<FrontendMessage> messages = new CopyOnWriteArrayList<>();
  private final RoundTrips roundTrips = new RoundTrips();
  private volatile long delayNanos;
  private volatile Predicate<FrontendMessage> fatal = message -> false;
  private volatile Predicate<FrontendMessage> refused = message -> false;
  private volatile Predicate<FrontendMessage> unanswered = message -> false;
  private volatile UnaryOperator<byte[]> rewriting = UnaryOperator.identity();

  private WireProxy(ServerSocket listener, int target) {
    this.listener = listener;
    this.target = target;
  }

  /** Starts a proxy on a free port in front of this port; the caller closes it. */
  public static WireProxy to(int target) {
    try {
      ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      WireProxy proxy = new WireProxy(listener, target);
      proxy.thread(proxy::accept);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() {
    try {
      while (!listener.isClosed()) {
        connect(listener.accept());
      }
    } catch (IOException e) {
      // the proxy was closed
    }
  }

  /** Closes the client's connection if the server cannot be reached. */
  private void connect(Socket client) throws IOException {
    try {
      Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
      WireFlow flow = new WireFlow(this, client, server);
      flows.add(flow);
      flow.start();
    } catch (IOException e) {
      client.close();
    }
  }

  void thread(Runnable body) {
    Thread thread = new Thread(body, "wire-proxy");
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  /** The port on 127.0.0.1 to which clients connect. */
  public int port() {
    return listener.getLocalPort();
  }

  /** Holds every byte back for this long, in each direction. */
  public void delay(Duration oneWay) {
    delayNanos = oneWay.toNanos();
  }

  long delayNanos() {
    return delayNanos;
  }

  /** Records a message; returns whether the connection is cut instead of passing on its answer. */
  boolean record(FrontendMessage message) {
    messages.add(message);
    roundTrips.sent();
    return fatal.test(message);
  }

  boolean swallowsAnswersTo(FrontendMessage message) {
    return unanswered.test(message);
  }

  boolean refuses(FrontendMessage message) {
    return refused.test(message);
  }

  long answered() {
    return roundTrips.answered();
  }

  void awaitRelease(long ticket) throws InterruptedException {
    roundTrips.awaitRelease(ticket);
  }

  void ended(WireFlow flow) {
    flows.remove(flow);
  }

  /** The messages that clients have sent since the last {@link #forget()}. */
  public List<FrontendMessage> messages() {
    return List.copyOf(messages);
  }

  /** The number of open connections through this proxy. */
  public int connections() {
    return flows.size();
  }

  /** The number of open connections that the client has not closed. */
  public long openClients() {
    return flows.stream().filter(flow -> !flow.hasLeft()).count();
  }

  /** Forgets the messages recorded so far. */
  public void forget() {
    messages.clear();
  }

  /**
   * Counts the round trips of some work. Answers are held back until the client sends nothing more
   * without them, which is one round trip, then passed on.
   *
   * @return how often answers had to be passed on before the work was done
   */
  public int roundTripsOf(Runnable work) {
    return roundTrips.during(work);
  }

  /** Cuts the connection instead of passing on the answer to such a message. */
  public void cutBeforeAnswerTo(Predicate<FrontendMessage> message) {
    fatal = message;
  }

  /** Cuts the connection instead of passing on such a message. */
  public void cutInsteadOf(Predicate<FrontendMessage> message) {
    refused = message;
  }

  /** Drops all bytes of the open connections, in both directions, without closing them. */
  public void blackHole() {
    flows.forEach(WireFlow::blackHole);
  }

  /**
   * Drops the server's answers on the open connections. The server still receives the client's
   * statements, but not the end of the connection.
   */
  public void swallowAnswers() {
    flows.forEach(WireFlow::swallowAnswers);
  }

  /** Drops all answers on a connection, from the first message that matches. */
  public void swallowAnswersTo(Predicate<FrontendMessage> message) {
    unanswered = message;
  }

  /**
   * Passes on this text in the place of another of the same length, in both directions. What {@link
   * #messages()} returns is not changed.
   */
  public void rewrite(String from, String to) {
    if (from.length() != to.length()) {
      throw new IllegalArgumentException("the texts differ in length");
    }
    rewriting = bytes -> new String(bytes, ISO_8859_1).replace(from, to).getBytes(ISO_8859_1);
  }

  /** Passes on all bytes as they are. */
  public void rewriteNothing() {
    rewriting = UnaryOperator.identity();
  }

  byte[] rewritten(byte[] bytes) {
    return rewriting.apply(bytes);
  }

  /** Resets each open connection when its client next sends something. */
  public void resetOnNextWrite() {
    flows.forEach(WireFlow::resetOnNextWrite);
  }

  /** Closes every open connection, without a reset. */
  public void closeAll() {
    flows.forEach(WireFlow::closeBoth);
  }

  /** Resets every open connection. */
  public void cutAll() {
    flows.forEach(WireFlow::cut);
  }

  /** Stops accepting connections and resets the open ones. */
  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    cutAll();
    threads.forEach(Thread::interrupt);
  }
}
