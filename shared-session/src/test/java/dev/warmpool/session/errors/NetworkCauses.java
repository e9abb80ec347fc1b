package dev.warmpool.session.errors;

import static dev.warmpool.session.errors.Cause.retried;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.internal.postgres.SqlStates;
import dev.warmpool.session.testkit.ScriptedServer;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** No server answers. */
final class NetworkCauses {

  private static final byte[] HTTP =
      "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private static final int MOST_QUEUED = 20;
  private static final int QUEUING_MILLIS = 300;

  private NetworkCauses() {}

  static List<Cause> all() {
    return List.of(
        retried(
            "the host has no address",
            "correct `POSTGRES_HOST`; in a VPC, switch on its DNS support",
            NetworkCauses::unknownHost),
        retried(
            "no server listens on the port",
            "correct `POSTGRES_HOST` and `POSTGRES_PORT`; start the server",
            () -> Cause.message("POSTGRES_PORT", Integer.toString(freePort()))),
        retried(
            "packets are dropped on the way, as by a security group",
            "admit the function's security group on the server's port; check the subnets' routes",
            NetworkCauses::blackHole),
        retried(
            "the server accepts the connection and never answers",
            "look at the server's load; check that the port is PostgreSQL's",
            () -> against(ScriptedServer.silent(), "POOL_TIMEOUT", "0.5")),
        retried(
            "the server closes the connection at once",
            "look at the server's log; a proxy in front of a stopped server does this",
            () -> against(ScriptedServer.with(client -> {}))),
        retried(
            "the port is not PostgreSQL's, but HTTP's",
            "correct `POSTGRES_PORT`",
            () -> against(ScriptedServer.with(NetworkCauses::http))));
  }

  /** A look-up would ask another machine, so the error of one is described as if it had failed. */
  private static String unknownHost() {
    Throwable error =
        new R2dbcNonTransientResourceException(
            "", "08003", new UnknownHostException("Failed to resolve 'nowhere.invalid'"));
    assertThat(SqlStates.isWorthConnectingAgain(error)).isTrue();
    return Cause.TRIED_AGAIN
        + "5000 ms (POOL_TIMEOUT): 0 of 2 in use, 0 idle, 0 waiting; last connect error "
        + SqlStates.whyNotConnected(error);
  }

  private static String against(ScriptedServer server, String... settings) {
    try (server) {
      List<String> all = new ArrayList<>(List.of(settings));
      all.addAll(List.of("POSTGRES_PORT", Integer.toString(server.port())));
      return Cause.message(all.toArray(String[]::new));
    }
  }

  static void http(Socket client) throws IOException {
    client.getInputStream().read(new byte[8]);
    client.getOutputStream().write(HTTP);
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** The kernel drops the packets of a client while the queue of a listener is full. */
  private static String blackHole() throws IOException {
    List<Socket> queued = new ArrayList<>();
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      while (enqueued(full, queued)) {
        assertThat(queued).hasSizeLessThan(MOST_QUEUED);
      }
      return Cause.message(
          "POSTGRES_PORT", Integer.toString(full.getLocalPort()), "POOL_TIMEOUT", "4");
    } finally {
      for (Socket socket : queued) {
        socket.close();
      }
    }
  }

  private static boolean enqueued(ServerSocket listener, List<Socket> queued) throws IOException {
    Socket socket = new Socket();
    queued.add(socket);
    try {
      socket.connect(listener.getLocalSocketAddress(), QUEUING_MILLIS);
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    }
  }
}
