package dev.warmpool.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/**
 * A TCP proxy that adds latency: data is delivered half a round trip after it was sent. One thread
 * serves all connections. It does not sleep while data is in flight, because a sleep is only as
 * exact as the system's timer.
 */
final class LatencyProxy implements AutoCloseable {

  private static final int PACKET = 64 * 1024;

  private final Selector selector = Selector.open();
  private final ServerSocketChannel listener = ServerSocketChannel.open();
  private final InetSocketAddress target;
  private final long halfNanos;
  private final List<Direction> directions = new ArrayList<>();
  private final ByteBuffer read = ByteBuffer.allocateDirect(PACKET);
  private volatile boolean closed;

  private LatencyProxy(int target, Duration roundTrip) throws IOException {
    this.target = new InetSocketAddress(InetAddress.getLoopbackAddress(), target);
    this.halfNanos = roundTrip.toNanos() / 2;
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    listener.configureBlocking(false);
    listener.register(selector, SelectionKey.OP_ACCEPT);
  }

  /** Starts a proxy on a free port, with this round-trip time to the target port. */
  static LatencyProxy to(int target, Duration roundTrip) throws IOException {
    LatencyProxy distance = new LatencyProxy(target, roundTrip);
    Thread thread = new Thread(distance::run, "latency-proxy");
    thread.setDaemon(true);
    thread.start();
    return distance;
  }

  int port() {
    return listener.socket().getLocalPort();
  }

  @Override
  public void close() {
    closed = true;
    selector.wakeup();
  }

  private record Packet(ByteBuffer bytes, long due) {}

  /** One direction of a connection. */
  private final class Direction {

    private final SocketChannel from;
    private final SocketChannel to;
    private final Queue<Packet> packets = new ArrayDeque<>();
    private boolean ended;

    Direction(SocketChannel from, SocketChannel to) {
      this.from = from;
      this.to = to;
    }

    void receive() {
      try {
        read.clear();
        ended = from.read(read) < 0;
      } catch (IOException e) {
        ended = true;
      }
      read.flip();
      if (read.hasRemaining()) {
        ByteBuffer bytes = ByteBuffer.allocate(read.remaining()).put(read).flip();
        packets.add(new Packet(bytes, System.nanoTime() + halfNanos));
      }
    }

    /** Delivers the packets that are due; returns whether the connection is still open. */
    boolean deliver(long now) {
      try {
        for (Packet next = packets.peek();
            next != null && next.due() - now <= 0;
            next = packets.peek()) {
          to.write(next.bytes());
          if (next.bytes().hasRemaining()) {
            return true;
          }
          packets.remove();
        }
      } catch (IOException e) {
        ended = true;
        packets.clear();
      }
      boolean over = ended && packets.isEmpty();
      if (over) {
        end(from);
        end(to);
      }
      return from.isOpen();
    }
  }

  private static void end(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // the channel is closed all the same
    }
  }

  private void run() {
    try (selector;
        listener) {
      while (!closed) {
        if (directions.stream().allMatch(direction -> direction.packets.isEmpty())) {
          selector.select(this::ready);
        } else {
          selector.selectNow(this::ready);
        }
        long now = System.nanoTime();
        directions.removeIf(direction -> !direction.deliver(now));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void ready(SelectionKey key) {
    if (key.isAcceptable()) {
      accept();
    } else if (key.isReadable()) {
      Direction direction = (Direction) key.attachment();
      direction.receive();
      if (direction.ended) {
        key.cancel();
      }
    }
  }

  private void accept() {
    try {
      SocketChannel client = listener.accept();
      SocketChannel server = SocketChannel.open(target);
      open(new Direction(client, server));
      open(new Direction(server, client));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void open(Direction direction) throws IOException {
    direction.from.configureBlocking(false);
    direction.from.socket().setTcpNoDelay(true);
    direction.from.register(selector, SelectionKey.OP_READ, direction);
    directions.add(direction);
  }
}
