package dev.warmpool.session.testkit;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * A server on 127.0.0.1 that behaves as a script says, for what a real server can hardly be made to
 * do. Thread-safe.
 */
public final class ScriptedServer implements AutoCloseable {

  private static final int SSL_REQUEST = 80_877_103;

  private final ServerSocket listener;
  private final Script script;
  private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
  private final AtomicInteger accepted = new AtomicInteger();

  /** What happens on one connection, on a thread of its own; closed at its end. */
  @FunctionalInterface
  public interface Script {

    /** Serves the client; an exception ends the connection. */
    void serve(Socket client) throws Exception;
  }

  private ScriptedServer(ServerSocket listener, Script script) {
    this.listener = listener;
    this.script = script;
  }

  /** Starts a server on a free port; the caller closes it. */
  public static ScriptedServer with(Script script) {
    try {
      ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      ScriptedServer server = new ScriptedServer(listener, script);
      start(server::accept);
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Answers the startup message with an error, after refusing TLS. */
  public static ScriptedServer refusing(String sqlState, String message) {
    return with(
        client -> {
          readStartup(client);
          client.getOutputStream().write(error(sqlState, message));
        });
  }

  /** Accepts connections and neither answers nor closes them. */
  public static ScriptedServer silent() {
    return with(client -> client.getInputStream().transferTo(new ByteArrayOutputStream()));
  }

  /** Begins TLS with this key, and is silent afterwards. */
  public static ScriptedServer encrypting(SSLContext key) {
    return with(
        client -> {
          acceptTls(client);
          SSLSocket tls =
              (SSLSocket) key.getSocketFactory().createSocket(client, null, client.getPort(), true);
          tls.setUseClientMode(false);
          tls.startHandshake();
          tls.getInputStream().transferTo(new ByteArrayOutputStream());
        });
  }

  /** Reads the client's request for TLS and accepts it. */
  public static void acceptTls(Socket client) throws IOException {
    new DataInputStream(client.getInputStream()).readFully(new byte[8]);
    client.getOutputStream().write('S');
  }

  private static void readStartup(Socket client) throws IOException {
    DataInputStream in = new DataInputStream(client.getInputStream());
    int length = in.readInt();
    int code = in.readInt();
    in.readFully(new byte[length - 8]);
    if (code == SSL_REQUEST) {
      client.getOutputStream().write('N');
      readStartup(client);
    }
  }

  private static byte[] error(String sqlState, String message) {
    String fields = "SFATAL\0VFATAL\0C" + sqlState + "\0M" + message + "\0\0";
    byte[] body = fields.getBytes(StandardCharsets.UTF_8);
    int length = body.length + 4;
    ByteArrayOutputStream response = new ByteArrayOutputStream();
    response.write('E');
    for (int shift = 24; shift >= 0; shift -= 8) {
      response.write(length >> shift);
    }
    response.writeBytes(body);
    return response.toByteArray();
  }

  private void accept() {
    try {
      while (!listener.isClosed()) {
        Socket client = listener.accept();
        accepted.incrementAndGet();
        clients.add(client);
        start(() -> serve(client));
      }
    } catch (IOException e) {
      // the server was closed
    }
  }

  private void serve(Socket client) {
    try (client) {
      script.serve(client);
    } catch (Exception e) {
      // the client left, or does not trust the key
    } finally {
      clients.remove(client);
    }
  }

  private static void start(Runnable body) {
    Thread thread = new Thread(body, "scripted-server");
    thread.setDaemon(true);
    thread.start();
  }

  /** The port on 127.0.0.1. */
  public int port() {
    return listener.getLocalPort();
  }

  /** How many connections were accepted. */
  public int accepted() {
    return accepted.get();
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (Socket client : clients) {
        client.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
