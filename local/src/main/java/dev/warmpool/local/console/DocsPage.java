package dev.warmpool.local.console;

import com.sun.net.httpserver.HttpExchange;
import dev.warmpool.local.http.LocalServer;
import dev.warmpool.local.http.OpenHandler;
import dev.warmpool.local.http.OriginCheck;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * The page at {@code /docs}: shows the document of {@code GET /openapi.json} in Swagger UI, which
 * is served from the class path, and sends requests from it. Immutable.
 */
public final class DocsPage implements OpenHandler {

  private static final String PATH = "/docs/";

  private static final String POLICY =
      "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none';"
          + " form-action 'none'; frame-ancestors 'none'";

  private final PageFiles files;

  /** Creates the page with the Swagger UI on the class path. */
  public DocsPage() {
    String library = "/META-INF/resources/webjars/swagger-ui/" + version() + "/";
    this.files =
        new PageFiles(
            Map.of(
                "",
                "docs.html",
                "docs.js",
                "docs.js",
                "docs.css",
                "docs.css",
                "swagger-ui.css",
                library + "swagger-ui.css",
                "swagger-ui-bundle.js",
                library + "swagger-ui-bundle.js",
                "favicon.png",
                library + "favicon-32x32.png"),
            POLICY);
  }

  private static String version() {
    String file = "/META-INF/maven/org.webjars/swagger-ui/pom.properties";
    try (InputStream in = DocsPage.class.getResourceAsStream(file)) {
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    LocalServer.body(exchange, 0);
    String path = exchange.getRequestURI().getPath();
    String name = path.startsWith(PATH) ? path.substring(PATH.length()) : path;
    if (path.equals("/docs")) {
      exchange.getResponseHeaders().set("Location", PATH);
      LocalServer.reply(exchange, 308, new byte[0]);
    } else if (files.has(name)) {
      files.send(exchange, name);
    } else {
      LocalServer.reply(exchange, 404, "text/plain", "Not found: see " + PATH);
    }
  }

  /** A link of another page may open this page. */
  @Override
  public boolean isOpen(HttpExchange exchange) {
    boolean page = List.of("/docs", PATH).contains(exchange.getRequestURI().getPath());
    return page && OriginCheck.isNavigation(exchange);
  }
}
