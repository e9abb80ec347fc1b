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
 * Stands between an execution environment and its database: counts what passes, and cuts the
 * connections while it is frozen, as Lambda's network does. Thread-safe.
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

  /** In front of the server that these variables name. */
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

  /** The same variables, with this in the server's place. */
  Map<String, String> variables(Map<String, String> variables) {
    Map<String, String> changed = new HashMap<>(variables);
    changed.put(HOST, "127.0.0.1");
    changed.put(PORT, Integer.toString(listener.getLocalPort()));
    return changed;
  }

  /** Connections that are open now. */
  int connections() {
    return connections.get();
  }

  /** How often the environment has spoken, first on a connection or after an answer. */
  long roundTrips() {
    return roundTrips.get();
  }

  private void thread(Runnable body) {
    Thread thread = new Thread(body, "forwarder");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        connect(listener.accept());
      } catch (IOException e) {
        // closed
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
      thread(() -> pass(client, server, () -> spoken(answered)));
      thread(() -> answer(server, client, answered));
    } catch (IOException e) {
      close(client); // there is no server: the client sees its connection end
    }
  }

  private void spoken(AtomicBoolean answered) {
    if (answered.getAndSet(false)) {
      roundTrips.incrementAndGet();
    }
  }

  private void answer(Socket server, Socket client, AtomicBoolean answered) {
    pass(server, client, () -> answered.set(true));
    connections.decrementAndGet();
  }

  /** Passes everything on, each time after it was noted: the other side cannot be faster. */
  private void pass(Socket from, Socket to, Runnable note) {
    try (from;
        to;
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      byte[] buffer = new byte[BUFFER];
      for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
        note.run();
        out.write(buffer, 0, length);
      }
    } catch (IOException e) {
      // one of them is gone, and now the other is, too
    } finally {
      sockets.remove(from);
      sockets.remove(to);
    }
  }

  /** Ends every connection, with a reset on both sides. */
  void cut() {
    sockets.forEach(DatabaseProxy::close);
  }

  private static void close(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      // it was closed before
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
