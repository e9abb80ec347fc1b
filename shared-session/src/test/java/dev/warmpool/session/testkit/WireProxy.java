package dev.warmpool.session.testkit;

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
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * Stands between client and server on 127.0.0.1: delays, records, holds answers back, cuts. Faults
 * apply to the connections there are; new ones pass. Thread-safe.
 */
public final class WireProxy implements AutoCloseable {

  private final ServerSocket listener;
  private final int target;
  private final Set<WireFlow> flows = ConcurrentHashMap.newKeySet();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private final List<FrontendMessage> messages = new CopyOnWriteArrayList<>();
  private final AtomicLong bytesToServer = new AtomicLong();
  private final AtomicLong bytesToClient = new AtomicLong();
  private final RoundTrips roundTrips = new RoundTrips();
  private volatile long delayNanos;
  private volatile Predicate<FrontendMessage> fatal = message -> false;
  private volatile Predicate<FrontendMessage> refused = message -> false;
  private volatile Predicate<FrontendMessage> unanswered = message -> false;

  private WireProxy(ServerSocket listener, int target) {
    this.listener = listener;
    this.target = target;
  }

  /** A proxy on a free port in front of this port. */
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
      // closed
    }
  }

  /** Where the server is not there, the client sees its connection end. */
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

  /** Where clients connect, on 127.0.0.1. */
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

  /** Records a message; true where its answer must not get through. */
  boolean record(FrontendMessage message) {
    messages.add(message);
    roundTrips.sent();
    return fatal.test(message);
  }

  void sent(int bytes) {
    bytesToServer.addAndGet(bytes);
  }

  boolean swallowsAnswersTo(FrontendMessage message) {
    return unanswered.test(message);
  }

  boolean refuses(FrontendMessage message) {
    return refused.test(message);
  }

  long answered(int bytes) {
    bytesToClient.addAndGet(bytes);
    return roundTrips.answered();
  }

  void awaitRelease(long ticket) throws InterruptedException {
    roundTrips.awaitRelease(ticket);
  }

  void ended(WireFlow flow) {
    flows.remove(flow);
  }

  /** What clients have sent since the last {@link #forget()}. */
  public List<FrontendMessage> messages() {
    return List.copyOf(messages);
  }

  /** Bytes that clients have sent so far. */
  public long bytesToServer() {
    return bytesToServer.get();
  }

  /** Bytes of answers so far. */
  public long bytesToClient() {
    return bytesToClient.get();
  }

  /** How many connections there are. */
  public int connections() {
    return flows.size();
  }

  /** How many of them the client has not closed. */
  public long openClients() {
    return flows.stream().filter(flow -> !flow.hasLeft()).count();
  }

  /** Forgets the messages recorded so far. */
  public void forget() {
    messages.clear();
  }

  /**
   * Counts round trips while this runs: answers are held back until the client has nothing more to
   * say without them, which is one round trip, then let through.
   *
   * @return how often an answer had to be let through before the work was done
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

  /** Bytes of the connections there are vanish in both directions; nobody is told. */
  public void blackHole() {
    flows.forEach(WireFlow::blackHole);
  }

  /**
   * What the server says to the connections there are vanishes; it still hears the client's
   * statements, but not that the client leaves.
   */
  public void swallowAnswers() {
    flows.forEach(WireFlow::swallowAnswers);
  }

  /** From such a message on, answers on its connection vanish. */
  public void swallowAnswersTo(Predicate<FrontendMessage> message) {
    unanswered = message;
  }

  /** The connections there are get a reset as soon as the client sends something. */
  public void resetOnNextWrite() {
    flows.forEach(WireFlow::resetOnNextWrite);
  }

  /** Cuts every connection there is. */
  public void cutAll() {
    flows.forEach(WireFlow::cut);
  }

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
