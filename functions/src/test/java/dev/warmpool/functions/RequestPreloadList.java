package dev.warmpool.functions;

import dev.warmpool.session.lambda.PreloadList;
import dev.warmpool.session.testkit.PostgresServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Writes the list of classes that the functions preload: those of the HTTP API's first request, in
 * which the library's are. The build runs it before it packages anything.
 */
final class RequestPreloadList {

  private RequestPreloadList() {}

  /** As {@link PreloadList#update}, next to a server with a user. */
  public static void main(String[] arguments) throws Exception {
    PreloadList.update(arguments, RequestPreloadList::prepare);
  }

  /** The schema is the one that {@code LinkedClasses} has a process use. */
  static void prepare(PostgresServer server) {
    migration("index").lines().map(RequestPreloadList::migration).forEach(server::execute);
    server.execute("INSERT INTO users (email, name) VALUES ('ada@example.org', 'Ada')");
  }

  private static String migration(String file) {
    try (InputStream in = ApiHandler.class.getResourceAsStream("/db/migration/" + file)) {
      return new String(Objects.requireNonNull(in, file).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
