package dev.warmpool.local.console;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import dev.warmpool.local.http.LocalServer;
import dev.warmpool.local.http.OpenHandler;
import dev.warmpool.local.http.OriginCheck;
import java.io.IOException;
import java.util.Map;

/**
 * The page at {@code /} with links to the others, for a browser that opens it. All other requests
 * are the API's. Immutable.
 */
public final class StartPage implements OpenHandler {

  private static final PageFiles FILES =
      new PageFiles(
          Map.of("", "start.html"),
          "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src"
              + " data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");

  private final OpenHandler api;

  /** Creates a page in front of an API. */
  public StartPage(OpenHandler api) {
    this.api = api;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    if (isAsked(exchange)) {
      LocalServer.body(exchange, 0);
      FILES.send(exchange, "");
    } else {
      api.handle(exchange);
    }
  }

  /** A link of another page may open the page. */
  @Override
  public boolean isOpen(HttpExchange exchange) {
    return isAsked(exchange) ? OriginCheck.isNavigation(exchange) : api.isOpen(exchange);
  }

  private static boolean isAsked(HttpExchange exchange) {
    Headers request = exchange.getRequestHeaders();
    String accept = String.valueOf(request.getFirst("Accept"));
    return exchange.getRequestMethod().equals("GET")
        && exchange.getRequestURI().getPath().equals("/")
        && accept.contains("text/html");
  }
}
