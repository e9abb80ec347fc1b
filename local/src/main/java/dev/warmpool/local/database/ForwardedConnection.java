package dev.warmpool.local.database;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One connection through the forwarder, a thread for each direction. A side that says no more is
 * told to the other; what is broken is broken on both.
 */
final class ForwardedConnection {

  private static final int BUFFER = 16_384;
  private static final int DIRECTIONS = 2;

  private final Socket client;
  private final Socket server;
  private final Runnable turned;
  private final AtomicInteger ended = new AtomicInteger();
  private volatile boolean answered = true;

  /**
   * Of two open sockets, which it closes.
   *
   * @param turned called when the client speaks, first or after an answer; must not wait
   */
  ForwardedConnection(Socket client, Socket server, Runnable turned) throws IOException {
    this.client = client;
    this.server = server;
    this.turned = turned;
    client.setTcpNoDelay(true);
    server.setTcpNoDelay(true);
  }

  /** Passes on what the client says, to its end. */
  void requests() {
    pass(
        client,
        server,
        () -> {
          if (answered) {
            answered = false;
            turned.run();
          }
        });
  }

  /** Passes on what the server says, to its end. */
  void answers() {
    pass(server, client, () -> answered = true);
  }

  private void pass(Socket from, Socket to, Runnable seen) {
    try {
      copy(from.getInputStream(), to.getOutputStream(), seen);
      to.shutdownOutput();
    } catch (IOException e) {
      close();
    }
    if (ended.incrementAndGet() == DIRECTIONS) {
      close();
    }
  }

  private static void copy(InputStream in, OutputStream out, Runnable seen) throws IOException {
    byte[] buffer = new byte[BUFFER];
    int length;
    while ((length = in.read(buffer)) >= 0) {
      seen.run(); // before the other side can answer to it
      out.write(buffer, 0, length);
    }
  }

  private void close() {
    try (client;
        server) {
      ended.set(DIRECTIONS);
    } catch (IOException e) {
      // broken already
    }
  }
}
