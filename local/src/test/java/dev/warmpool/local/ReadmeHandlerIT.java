package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.testkit.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The handler in the README compiles and deletes the rows that it should. */
class ReadmeHandlerIT {

  private static final Path SOURCE =
      Path.of("src/test/java/dev/warmpool/local/probe/PurgeOrdersHandler.java");

  private static final String ORDERS =
      "CREATE TABLE app.orders (created_at timestamptz);"
          + "INSERT INTO app.orders VALUES (now() - interval '91 days'), (now())";

  @Test
  void isShownInTheReadmeWithItsImports() throws IOException {
    String source = Files.readString(SOURCE);
    String imports = source.substring(source.indexOf("import "), source.indexOf("/**"));
    String handler = source.substring(source.indexOf("public final class"));
    assertThat(Files.readString(Path.of("../README.md")))
        .contains("```java\n" + imports + handler + "```");
  }

  @Test
  void deletesOldOrdersOnly() {
    try (PostgresServer server = PostgresServer.with(Map.of());
        SessionStack stack = SessionStack.on(server, 1, Map.of())) {
      server.execute(ORDERS);
      assertThat(stack.invoke("PurgeOrders", "{}").longValue()).isEqualTo(1);
      assertThat(server.column("SELECT created_at > now() - interval '1 day' FROM app.orders"))
          .containsExactly("t");
    }
  }
}
