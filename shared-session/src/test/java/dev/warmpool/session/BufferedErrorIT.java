package dev.warmpool.session;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmpool.session.manager.SessionManagers;
import dev.warmpool.session.settings.SessionSettings;
import dev.warmpool.session.testkit.ScriptedServer;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * An error that waits in the driver's buffer with messages behind it, as PgBouncer sends it when it
 * loses its server: the driver emits it as soon as a session asks, and must not be closed inside.
 */
class BufferedErrorIT {

  private static final Duration BOUND = Duration.ofSeconds(20);

  private static void serve(Socket client) throws IOException {
    DataInputStream in = new DataInputStream(client.getInputStream());
    in.readFully(new byte[in.readInt() - Integer.BYTES]);
    write(
        client,
        message('R', new byte[Integer.BYTES]),
        message('S', text("server_version", "15.3")),
        message('Z', "I"));
    in.readByte();
    in.readFully(new byte[in.readInt() - Integer.BYTES]);
    byte[] error = message('E', text("SERROR", "VERROR", "C08P01", "Mserver conn crashed?", ""));
    write(client, isolation(), error, error, message('Z', "I"));
    in.transferTo(new ByteArrayOutputStream());
  }

  /** The answer to the driver's question for the isolation level. */
  private static byte[] isolation() {
    ByteBuffer column = ByteBuffer.allocate(22);
    column.putShort((short) 1).put(text("x").getBytes(StandardCharsets.UTF_8));
    column.putInt(0).putShort((short) 0).putInt(25).putShort((short) -1).putInt(-1);
    byte[] value = "read committed".getBytes(StandardCharsets.UTF_8);
    ByteBuffer row = ByteBuffer.allocate(6 + value.length);
    row.putShort((short) 1).putInt(value.length).put(value);
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    answer.writeBytes(message('T', column.array()));
    answer.writeBytes(message('D', row.array()));
    answer.writeBytes(message('C', text("SHOW")));
    answer.writeBytes(message('Z', "I"));
    return answer.toByteArray();
  }

  private static String text(String... parts) {
    return String.join("\0", parts) + "\0";
  }

  private static byte[] message(char type, String body) {
    return message(type, body.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] message(char type, byte[] body) {
    return ByteBuffer.allocate(5 + body.length)
        .put((byte) type)
        .putInt(Integer.BYTES + body.length)
        .put(body)
        .array();
  }

  private static void write(Socket client, byte[]... messages) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] message : messages) {
      all.writeBytes(message);
    }
    client.getOutputStream().write(all.toByteArray());
  }

  @Test
  void endsTheSessionAndNotTheEventLoop() {
    try (ScriptedServer server = ScriptedServer.with(BufferedErrorIT::serve)) {
      SessionManager manager = manager(server.port());
      SessionOptions options = SessionOptions.until(Deadline.after(Duration.ofSeconds(5)));
      assertThatThrownBy(
              () -> manager.inSession(options, session -> session.execute("SELECT 1")).block(BOUND))
          .isInstanceOf(SessionUnavailableException.class)
          .hasMessageContaining("08P01");
      manager.close(BOUND).block(BOUND);
    }
  }

  /** With an event loop of its own, so that a loop that never ends fails the test. */
  private static SessionManager manager(int port) {
    return SessionManagers.create(
        SessionSettings.from(
            Map.of(
                "POSTGRES_HOST", "127.0.0.1",
                "POSTGRES_PORT", Integer.toString(port),
                "POSTGRES_DB", "postgres",
                "POSTGRES_USER", "postgres",
                "POSTGRES_PASSWORD", "postgres",
                "POSTGRES_SCHEMA", "public",
                "WARMPOOL_LOOP", "threads")),
        PasswordSource.fixed("postgres"));
  }
}
