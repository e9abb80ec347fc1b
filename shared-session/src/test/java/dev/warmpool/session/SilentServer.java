package dev.warmpool.session;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A server on 127.0.0.1 that does not answer as PostgreSQL does. Thread-safe. */
final class SilentServer implements AutoCloseable {

  private final ServerSocket listener;
  private final List<Socket> fillers = new ArrayList<>();
  private final BlockingQueue<Socket> accepted = new LinkedBlockingQueue<>();

  private SilentServer(int backlog) throws IOException {
    this.listener = new ServerSocket(0, backlog, InetAddress.getLoopbackAddress());
  }

  /** Accepts connections and never answers. */
  static SilentServer accepting() {
    return answering(new byte[0]);
  }

  /** Accepts connections, sends each these bytes and leaves it open. */
  static SilentServer answering(byte[] answer) {
    try {
      SilentServer server = new SilentServer(50);
      Thread thread = new Thread(() -> server.accept(answer), "silent-server");
      thread.setDaemon(true);
      thread.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Does not complete a TCP handshake: the queue of connections to accept is full. */
  static SilentServer unreachable() {
    try {
      SilentServer server = new SilentServer(1);
      for (int i = 0; i < 2; i++) {
        server.fillers.add(new Socket(InetAddress.getLoopbackAddress(), server.port()));
      }
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept(byte[] answer) {
    try {
      while (!listener.isClosed()) {
        Socket client = listener.accept();
        client.getOutputStream().write(answer);
        accepted.add(client);
      }
    } catch (IOException e) {
      // the server was closed
    }
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Waits for the next client. */
  Socket client() throws InterruptedException {
    Socket client = accepted.poll(TestDatabase.BOUND.toSeconds(), TimeUnit.SECONDS);
    if (client == null) {
      throw new IllegalStateException("no client has connected");
    }
    return client;
  }

  /** Whether the client closes its connection in this time. */
  static boolean isClosedWithin(Socket client, int millis) throws IOException {
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    client.setSoTimeout(millis);
    try {
      byte[] buffer = new byte[1024];
      while (System.nanoTime() < until) {
        if (client.getInputStream().read(buffer) < 0) {
          return true;
        }
      }
      return false;
    } catch (SocketException e) { // reset
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (Socket filler : fillers) {
        filler.close();
      }
      for (Socket client : accepted) {
        client.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
