package dev.warmpool.session.testkit;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * Stands before a PostgreSQL server as RDS does with IAM authentication: TLS, and a token of this
 * host, port and user in clear text as the password, in place of which the server trusts the role.
 * Thread-safe.
 */
public final class TokenServer implements AutoCloseable {

  private static final String HOST = "localhost";
  private static final int SSL_REQUEST = 80_877_103;

  private final ServerSocket listener;
  private final int target;
  private final SSLContext tls;
  private final Path root;
  private final List<String> accepted = new CopyOnWriteArrayList<>();
  private final List<String> refused = new CopyOnWriteArrayList<>();
  private final Set<String> expired = ConcurrentHashMap.newKeySet();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

  /**
   * Starts to listen.
   *
   * @param folder for the key of TLS
   * @param target the port of the server, which has a role {@code app}
   */
  public TokenServer(Path folder, int target) throws Exception {
    Keys keys = new Keys(folder);
    keys.selfSigned("tokens", HOST);
    this.tls = keys.server("tokens");
    this.root = keys.pem("tokens");
    this.target = target;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    thread(this::accept);
  }

  private void thread(Runnable body) {
    Thread thread = new Thread(body, "token-server");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (!listener.isClosed()) {
        Socket client = listener.accept();
        client.setTcpNoDelay(true);
        sockets.add(client);
        thread(() -> serve(client));
      }
    } catch (IOException e) {
      // the server was closed
    }
  }

  private void serve(Socket client) {
    try (client;
        SSLSocket encrypted = encrypted(client);
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
      DataInputStream in = new DataInputStream(encrypted.getInputStream());
      DataOutputStream out = new DataOutputStream(encrypted.getOutputStream());
      server.setTcpNoDelay(true);
      byte[] startup = startup(in);
      if (isAccepted(password(in, out))) {
        DataOutputStream request = new DataOutputStream(server.getOutputStream());
        request.writeInt(startup.length + 4);
        request.write(startup);
        thread(() -> copy(server, encrypted));
        encrypted.getInputStream().transferTo(server.getOutputStream());
      } else {
        refuse(out);
      }
    } catch (IOException e) {
      // one of the two has left
    } finally {
      sockets.remove(client);
    }
  }

  private SSLSocket encrypted(Socket client) throws IOException {
    byte[] request = startup(new DataInputStream(client.getInputStream()));
    if (ByteBuffer.wrap(request).getInt() != SSL_REQUEST) {
      throw new IOException("no TLS");
    }
    client.getOutputStream().write('S');
    SSLSocket socket =
        (SSLSocket) tls.getSocketFactory().createSocket(client, HOST, client.getPort(), true);
    socket.setUseClientMode(false);
    return socket;
  }

  private static byte[] startup(DataInputStream in) throws IOException {
    byte[] body = new byte[in.readInt() - 4];
    in.readFully(body);
    return body;
  }

  /** Asks for the password in clear text. */
  private static String password(DataInputStream in, DataOutputStream out) throws IOException {
    out.write(new byte[] {'R', 0, 0, 0, 8, 0, 0, 0, 3});
    out.flush();
    in.readByte();
    byte[] body = startup(in);
    return new String(body, 0, body.length - 1, StandardCharsets.UTF_8);
  }

  private boolean isAccepted(String token) {
    boolean valid =
        token.startsWith(HOST + ":" + port() + "/?")
            && token.contains("Action=connect")
            && token.matches(".*DBUser=app(&.*|$)")
            && token.matches(".*X-Amz-Signature=[0-9a-f]{64}.*")
            && !expired.contains(token);
    (valid ? accepted : refused).add(token);
    return valid;
  }

  /** The refusal of RDS. */
  private static void refuse(DataOutputStream out) throws IOException {
    byte[] error =
        "SFATAL\0VFATAL\0C28000\0MPAM authentication failed for user \"app\"\0\0"
            .getBytes(StandardCharsets.UTF_8);
    out.writeByte('E');
    out.writeInt(error.length + 4);
    out.write(error);
    out.flush();
  }

  private static void copy(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // one of the two has left
    }
  }

  /** The variables of a function that connects to this server. */
  public Map<String, String> environment() {
    return Map.of(
        "POSTGRES_HOST", HOST,
        "POSTGRES_PORT", Integer.toString(port()),
        "POSTGRES_USER", "app",
        "POSTGRES_PASSWORD", "",
        "POSTGRES_IAM_AUTH", "true",
        "POSTGRES_SSL_MODE", "verify-full",
        "POSTGRES_SSL_ROOT_CERT", root.toString());
  }

  /** The port on the loopback address. */
  public int port() {
    return listener.getLocalPort();
  }

  /** The tokens that were accepted, in their order. */
  public List<String> accepted() {
    return accepted;
  }

  /** The tokens that were refused, in their order. */
  public List<String> refused() {
    return refused;
  }

  /** Refuses the tokens that were accepted so far, and cuts every connection. */
  public void expire() throws IOException {
    expired.addAll(accepted);
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
