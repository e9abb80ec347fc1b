package dev.warmpool.session.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * One connection through the proxy, with a thread to read and one to write for each direction.
 * Thread-safe.
 */
final class WireFlow {

  private static final int CHUNK = 65_536;

  private final WireProxy proxy;
  private final Socket client;
  private final Socket server;
  private final FrontendDecoder decoder = new FrontendDecoder();
  private volatile boolean blackHole;
  private volatile boolean swallowAnswers;
  private volatile boolean resetOnNextWrite;
  private volatile boolean cutOnNextAnswer;
  private volatile boolean left;

  /** Bytes with the time at which they may be passed on. An empty chunk ends the stream. */
  private record Chunk(byte[] bytes, long dueNanos, long ticket) {}

  WireFlow(WireProxy proxy, Socket client, Socket server) {
    this.proxy = proxy;
    this.client = client;
    this.server = server;
  }

  void start() throws IOException {
    client.setTcpNoDelay(true);
    server.setTcpNoDelay(true);
    pump(client, server, true);
    pump(server, client, false);
  }

  private void pump(Socket from, Socket to, boolean toServer) {
    BlockingQueue<Chunk> chunks = new LinkedBlockingQueue<>();
    proxy.thread(() -> read(from, chunks, toServer));
    proxy.thread(() -> write(to, chunks, toServer));
  }

  private void read(Socket from, BlockingQueue<Chunk> chunks, boolean toServer) {
    byte[] buffer = new byte[CHUNK];
    try (InputStream in = from.getInputStream()) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        byte[] bytes = Arrays.copyOf(buffer, n);
        if (!(toServer ? sent(bytes) : mayAnswer())) {
          return;
        }
        long ticket = toServer ? 0 : proxy.answered();
        long dueNanos = System.nanoTime() + proxy.delayNanos();
        chunks.add(new Chunk(proxy.rewritten(bytes), dueNanos, ticket));
      }
    } catch (IOException e) {
      // the peer closed the connection, as tests make it do
    }
    left |= toServer;
    chunks.add(new Chunk(new byte[0], System.nanoTime() + proxy.delayNanos(), -1));
  }

  private boolean sent(byte[] bytes) {
    if (resetOnNextWrite) {
      cut();
      return false;
    }
    for (FrontendMessage message : decoder.decode(bytes, bytes.length)) {
      if (proxy.refuses(message)) {
        cut();
        return false;
      }
      cutOnNextAnswer |= proxy.record(message);
      swallowAnswers |= proxy.swallowsAnswersTo(message);
    }
    return true;
  }

  private boolean mayAnswer() {
    if (cutOnNextAnswer) {
      cut();
      return false;
    }
    return true;
  }

  private void write(Socket to, BlockingQueue<Chunk> chunks, boolean toServer) {
    try {
      while (true) {
        Chunk chunk = chunks.take();
        LockSupport.parkNanos(chunk.dueNanos() - System.nanoTime());
        if (!toServer) {
          proxy.awaitRelease(chunk.ticket());
        }
        if (blackHole || isSwallowed(chunk, toServer)) {
          continue;
        }
        if (chunk.bytes().length == 0) {
          to.shutdownOutput();
          return;
        }
        pass(chunk, to, toServer);
      }
    } catch (IOException e) {
      cut();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What a server that has ended the connection no longer reads does not lose its last answers. */
  private static void pass(Chunk chunk, Socket to, boolean toServer) throws IOException {
    try {
      to.getOutputStream().write(chunk.bytes());
    } catch (IOException e) {
      if (!toServer) {
        throw e;
      }
    }
  }

  /** Holds back answers and the end of the connection, so that the server goes on working. */
  private boolean isSwallowed(Chunk chunk, boolean toServer) {
    boolean goodbye = chunk.bytes().length == 0 || chunk.bytes()[0] == 'X';
    return swallowAnswers && (!toServer || goodbye);
  }

  /** Whether the client has closed its end. */
  boolean hasLeft() {
    return left;
  }

  void blackHole() {
    blackHole = true;
  }

  void swallowAnswers() {
    swallowAnswers = true;
  }

  void resetOnNextWrite() {
    resetOnNextWrite = true;
  }

  /** Closes both directions, as the peers would. */
  void closeBoth() {
    for (Socket socket : new Socket[] {client, server}) {
      try {
        socket.shutdownOutput();
      } catch (IOException e) {
        // it was closed before
      }
    }
  }

  /** Resets the connection at both ends. */
  void cut() {
    for (Socket socket : new Socket[] {client, server}) {
      try {
        socket.setSoLinger(true, 0);
        socket.close();
      } catch (IOException e) {
        // it was closed before
      }
    }
    proxy.ended(this);
  }
}
