package dev.warmpool.session.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * A pooler that treats connections to the server as AWS documents it of RDS Proxy: it moves each
 * transaction to the server connection that was idle for longest, and pins a client to one if a
 * text is of a kind that the page on pinning lists. When a client leaves, its server connection
 * goes to the next client as it is. Thread-safe.
 */
public final class FakeRdsProxy implements AutoCloseable {

  /** The statements on AWS's page on pinning, and others whose effect outlasts a transaction. */
  private static final Pattern PINS =
      Pattern.compile(
          "(^|;)\\s*(SET\\s+(?!LOCAL\\b)|RESET|DISCARD|DEALLOCATE|PREPARE|EXECUTE|DECLARE|LISTEN"
              + "|LOAD|CREATE\\s+TEMP)|set_config|pg_(try_)?advisory_(?!xact|unlock_all)|nextval",
          Pattern.CASE_INSENSITIVE);

  /** RDS Proxy pins a connection for a longer text. */
  private static final int LONGEST_TEXT = 16 * 1024;

  private final ServerSocket listener;
  private final int target;
  private final BlockingQueue<ProxiedBackend> idle = new LinkedBlockingQueue<>();
  private final AtomicInteger missing;
  private final AtomicInteger pinned = new AtomicInteger();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

  private FakeRdsProxy(ServerSocket listener, int target, int backends) {
    this.listener = listener;
    this.target = target;
    this.missing = new AtomicInteger(backends);
  }

  /** Starts one in front of a server on 127.0.0.1 with so many connections to it. */
  public static FakeRdsProxy to(int target, int backends) {
    try {
      ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      FakeRdsProxy proxy = new FakeRdsProxy(listener, target, backends);
      proxy.thread(proxy::accept);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether RDS Proxy pins the client that sends this text. */
  public static boolean pins(String text) {
    return text.length() >= LONGEST_TEXT || PINS.matcher(text).find();
  }

  private void thread(Runnable body) {
    Thread thread = new Thread(body, "fake-rds-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (!listener.isClosed()) {
        Socket client = listener.accept();
        client.setTcpNoDelay(true);
        sockets.add(client);
        thread(() -> new ProxiedClient(this, client).serve());
      }
    } catch (IOException e) {
      // the proxy was closed
    }
  }

  /** An idle server connection; opened with a client's start-up message as long as some miss. */
  ProxiedBackend acquire(byte[] startup) throws IOException, InterruptedException {
    ProxiedBackend backend = null;
    while (backend == null) {
      backend =
          missing.getAndUpdate(count -> Math.max(0, count - 1)) > 0
              ? opened(startup)
              : idle.poll(10, TimeUnit.MILLISECONDS); // one that is lost meanwhile misses then
    }
    return backend;
  }

  private ProxiedBackend opened(byte[] startup) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), target);
    socket.setTcpNoDelay(true);
    sockets.add(socket);
    return ProxiedBackend.open(socket, startup);
  }

  void release(ProxiedBackend backend) {
    idle.add(backend);
  }

  /** A server connection has ended; another may be opened. */
  void lost() {
    missing.incrementAndGet();
  }

  void pinned() {
    pinned.incrementAndGet();
  }

  /** How many clients have been pinned. */
  public int pinnedClients() {
    return pinned.get();
  }

  /** The port on 127.0.0.1 to which clients connect. */
  public int port() {
    return listener.getLocalPort();
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
