package dev.warmpool.local.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A TCP proxy between an execution environment and its database: counts connections and round
 * trips, and can reset all connections, as the network does to a frozen environment. Thread-safe.
 */
final class DatabaseProxy implements AutoCloseable {

  private static final String HOST = "POSTGRES_HOST";
  private static final String PORT = "POSTGRES_PORT";
  private static final String DEFAULT_PORT = "5432";
  private static final int BUFFER = 16_384;

  private final ServerSocket listener;
  private final String host;
  private final int port;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicLong roundTrips = new AtomicLong();

  private DatabaseProxy(ServerSocket listener, String host, int port) {
    this.listener = listener;
    this.host = host;
    this.port = port;
  }

  /** Starts a proxy to the server that these environment variables name. */
  static DatabaseProxy of(Map<String, String> variables) {
    try {
      DatabaseProxy forwarder =
          new DatabaseProxy(
              new ServerSocket(0, 0, InetAddress.getLoopbackAddress()),
              variables.getOrDefault(HOST, "127.0.0.1"),
              Integer.parseInt(variables.getOrDefault(PORT, DEFAULT_PORT)));
      forwarder.thread(forwarder::accept);
      return forwarder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Replaces the server's address in the variables by the proxy's. */
  Map<String, String> variables(Map<String, String> variables) {
    Map<String, String> changed = new HashMap<>(variables);
    changed.put(HOST, "127.0.0.1");
    changed.put(PORT, Integer.toString(listener.getLocalPort()));
    return changed;
  }

  /** The number of open connections. */
  int connections() {
    return connections.get();
  }

  /** How often the client has sent data first on a connection or after data of the server. */
  long roundTrips() {
    return roundTrips.get();
  }

  private void thread(Runnable body) {
    Thread thread = new Thread(body, "database-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        connect(listener.accept());
      } catch (IOException e) {
        // the listener was closed, or the client has gone
      }
    }
  }

  private void connect(Socket client) throws IOException {
    sockets.add(client);
    try {
      Socket server = new Socket(host, port);
      sockets.add(server);
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      AtomicBoolean answered = new AtomicBoolean(true);
      connections.incrementAndGet();
      thread(() -> copy(client, server, () -> sent(answered)));
      thread(() -> copyAnswers(server, client, answered));
    } catch (IOException e) {
      close(client); // the server refuses connections, so the client's is reset
    }
  }

  private void sent(AtomicBoolean answered) {
    if (answered.getAndSet(false)) {
      roundTrips.incrementAndGet();
    }
  }

  private void copyAnswers(Socket server, Socket client, AtomicBoolean answered) {
    copy(server, client, () -> answered.set(true));
    connections.decrementAndGet();
  }

  /** Copies until the end. Data is counted before it is written, so no reply can overtake it. */
  private void copy(Socket from, Socket to, Runnable count) {
    try (from;
        to;
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      byte[] buffer = new byte[BUFFER];
      for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
        count.run();
        out.write(buffer, 0, length);
      }
    } catch (IOException e) {
      // one side has closed its connection; the other side's is closed now
    } finally {
      sockets.remove(from);
      sockets.remove(to);
    }
  }

  /** Resets every connection on both sides. */
  void cut() {
    sockets.forEach(DatabaseProxy::close);
  }

  private static void close(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      // the socket was closed before
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    cut();
  }
}
