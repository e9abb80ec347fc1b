package dev.warmpool.functions;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/**
 * Stands before a PostgreSQL server as a database that sleeps: it accepts connections and is silent
 * until it is woken up, then passes on those whose client still waits. Counts the attempts of each
 * role. Thread-safe.
 */
final class SleepingDatabase implements AutoCloseable {

  private static final int LOOK_MILLIS = 20;

  private final ServerSocket listener;
  private final int target;
  private final CountDownLatch awake = new CountDownLatch(1);
  private final Map<String, Integer> attempts = new ConcurrentHashMap<>();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

  /**
   * @param target the port of the server
   */
  SleepingDatabase(int target) {
    this.target = target;
    try {
      listener = new ServerSocket(0, 500, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    thread(this::accept);
  }

  private void thread(Runnable body) {
    Thread thread = new Thread(body, "sleeping-database");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (!listener.isClosed()) {
        Socket client = listener.accept();
        sockets.add(client);
        thread(() -> serve(client));
      }
    } catch (IOException e) {
      // the test has ended
    }
  }

  private void serve(Socket client) {
    try (client) {
      DataInputStream in = new DataInputStream(client.getInputStream());
      byte[] startup = new byte[in.readInt() - 4];
      in.readFully(startup);
      attempts.merge(user(startup), 1, Integer::sum);
      if (waitsUntilAwake(client)) {
        relay(client, startup);
      }
    } catch (IOException e) {
      // one of the two has left
    } finally {
      sockets.remove(client);
    }
  }

  private static String user(byte[] startup) {
    String text = new String(startup, 4, startup.length - 4, StandardCharsets.UTF_8);
    String rest = text.substring(text.indexOf("user\0") + 5);
    return rest.substring(0, rest.indexOf('\0'));
  }

  /** A client sends nothing before it has an answer, unless it leaves. */
  private boolean waitsUntilAwake(Socket client) throws IOException {
    client.setSoTimeout(LOOK_MILLIS);
    while (awake.getCount() > 0) {
      try {
        if (client.getInputStream().read() < 0) {
          return false;
        }
      } catch (SocketTimeoutException e) {
        // it waits
      }
    }
    client.setSoTimeout(0);
    return true;
  }

  private void relay(Socket client, byte[] startup) throws IOException {
    try (Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
      DataOutputStream out = new DataOutputStream(server.getOutputStream());
      out.writeInt(startup.length + 4);
      out.write(startup);
      thread(() -> copy(server, client));
      client.getInputStream().transferTo(out);
    }
  }

  private static void copy(Socket from, Socket to) {
    try (to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // one of the two has left
    }
  }

  /** Passes on waiting and later connections. */
  void wake() {
    awake.countDown();
  }

  void awaitAwake() throws InterruptedException {
    awake.await();
  }

  /** Returns how often each role has tried to connect. */
  Map<String, Integer> attempts() {
    return attempts;
  }

  /** Returns how many connections are open. */
  int connections() {
    return sockets.size();
  }

  int port() {
    return listener.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    wake();
    listener.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
