package dev.warmpool.functions.schema;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A server on loopback whose response never ends: a byte of its header each second. */
final class DrippingServer implements AutoCloseable {

  private static final String HEAD = "HTTP/1.1 200 OK\r\nX-Filler: ";

  private final ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
  private final CountDownLatch left = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);

  DrippingServer() throws IOException {
    Thread thread = new Thread(this::serve, "dripping-server");
    thread.setDaemon(true);
    thread.start();
  }

  private void serve() {
    while (!server.isClosed()) {
      try (Socket client = server.accept()) {
        client.getOutputStream().write(HEAD.getBytes(StandardCharsets.UTF_8));
        while (!closed.await(1, TimeUnit.SECONDS)) {
          client.getOutputStream().write('x');
        }
      } catch (IOException e) {
        left.countDown(); // the client has closed its connection, or this server is closed
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  String url() {
    return "http://127.0.0.1:" + server.getLocalPort() + "/answer";
  }

  /** Waits until a client has closed its connection. */
  boolean isLeft() {
    try {
      return left.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    closed.countDown();
    server.close();
  }
}
