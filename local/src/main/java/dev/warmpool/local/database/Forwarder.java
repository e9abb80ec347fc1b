package dev.warmpool.local.database;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A port of 127.0.0.1 that passes every byte on to the database and back, and counts for each
 * process how often it spoke after the database had answered. Thread-safe.
 */
final class Forwarder implements Traffic, AutoCloseable {

  private static final int BACKLOG = 256;

  private final ServerSocket listener;
  private final int target;
  private final ExecutorService threads = Executors.newCachedThreadPool(Forwarder::daemon);
  private final Map<Long, List<AtomicLong>> turns = new ConcurrentHashMap<>();

  /** To this port of 127.0.0.1. */
  Forwarder(int target) {
    this.target = target;
    try {
      this.listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.execute(this::accept);
  }

  private static Thread daemon(Runnable body) {
    Thread thread = new Thread(body, "forwarder");
    thread.setDaemon(true);
    return thread;
  }

  int port() {
    return listener.getLocalPort();
  }

  @Override
  public OptionalInt connections(long pid) {
    return Sockets.count(pid, port());
  }

  @Override
  public OptionalLong roundTrips(long pid) {
    List<AtomicLong> counted = turns.getOrDefault(pid, List.of());
    return OptionalLong.of(counted.stream().mapToLong(AtomicLong::get).sum());
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        threads.execute(() -> serve(client));
      }
    } catch (IOException e) {
      threads.shutdownNow(); // closed
    }
  }

  private void serve(Socket client) {
    try {
      Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
      AtomicLong count = new AtomicLong();
      ForwardedConnection connection =
          new ForwardedConnection(client, server, count::incrementAndGet);
      threads.execute(connection::answers);
      threads.execute(() -> attribute(client.getPort(), count));
      connection.requests();
    } catch (IOException e) {
      close(client); // the database is away: the client finds its connection closed
    }
  }

  private static void close(Closeable closed) {
    try {
      closed.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Looks for the process that has the client's end, and counts for it. */
  private void attribute(int clientPort, AtomicLong count) {
    var processes = ProcessHandle.current().descendants().mapToLong(ProcessHandle::pid);
    Sockets.owner(clientPort, port(), processes)
        .ifPresent(
            pid -> turns.computeIfAbsent(pid, one -> new CopyOnWriteArrayList<>()).add(count));
  }

  @Override
  public void close() {
    close(listener);
  }
}
