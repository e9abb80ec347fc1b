package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.testkit.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The handler in the README, in both styles, compiles and deletes the rows that it should. */
class ReadmeHandlerIT {

  private static final Path PROBES = Path.of("src/test/java/dev/warmpool/local/probe");

  private static final String TABLE = "CREATE TABLE app.orders (created_at timestamptz)";

  private static final String ORDERS =
      "INSERT INTO app.orders VALUES (now() - interval '91 days'), (now())";

  @Test
  void isShownInTheReadmeWithItsImports() throws IOException {
    String source = Files.readString(PROBES.resolve("PurgeOrdersHandler.java"));
    String imports = source.substring(source.indexOf("import "), source.indexOf("/**"));
    String handler = source.substring(source.indexOf("public final class"));
    assertThat(Files.readString(Path.of("../README.md")))
        .contains("```java\n" + imports + handler + "```");
  }

  @Test
  void isShownInTheReactiveStyle() throws IOException {
    String source = Files.readString(PROBES.resolve("ReactivePurgeOrdersHandler.java"));
    int body = source.indexOf("    SessionOptions options");
    String method = source.substring(body, source.indexOf("  }", body));
    assertThat(Files.readString(Path.of("../README.md")))
        .contains("```java\n" + method.indent(-4) + "```");
  }

  @Test
  void deletesOldOrdersOnly() {
    try (PostgresServer server = PostgresServer.with(Map.of());
        SessionStack stack = SessionStack.on(server, 1, Map.of())) {
      server.execute(TABLE);
      for (String function : List.of("PurgeOrders", "ReactivePurgeOrders")) {
        server.execute(ORDERS);
        assertThat(stack.invoke(function, "{}").longValue()).isEqualTo(1);
      }
      assertThat(server.column("SELECT created_at > now() - interval '1 day' FROM app.orders"))
          .containsExactly("t", "t");
    }
  }
}
