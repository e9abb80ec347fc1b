package dev.warmpool.local.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.util.Optional;
import java.util.Set;

/**
 * Decides whether a page of another origin could have sent a request, by three headers that a
 * browser sets and a page cannot change. Host names this server unless a foreign name resolves to
 * this machine; Origin and Sec-Fetch-Site name the page. Clients other than browsers send neither
 * of the last two.
 */
public final class OriginCheck {

  private static final Set<String> HOSTS = Set.of("127.0.0.1", "localhost", "[::1]");
  private static final Set<String> SITES = Set.of("same-origin", "none");

  private OriginCheck() {}

  /** The reason for which to refuse the request; empty if no page of another origin sent it. */
  public static Optional<String> fault(HttpExchange exchange) {
    if (!isAddressed(exchange)) {
      return Optional.of(
          "The Host header must be 127.0.0.1:%1$d or localhost:%1$d"
              .formatted(exchange.getLocalAddress().getPort()));
    }
    return isSameOrigin(exchange.getRequestHeaders())
        ? Optional.empty()
        : Optional.of("A page of another origin sent this request");
  }

  /** Whether the Host names this server. No browser leaves out a port that is not the default. */
  static boolean isAddressed(HttpExchange exchange) {
    String host = first(exchange.getRequestHeaders(), "Host", "");
    return HOSTS.contains(host)
        || HOSTS.stream()
            .anyMatch(name -> host.equals(name + ":" + exchange.getLocalAddress().getPort()));
  }

  private static boolean isSameOrigin(Headers request) {
    String own = "http://" + first(request, "Host", "");
    return first(request, "Origin", own).equals(own)
        && SITES.contains(first(request, "Sec-Fetch-Site", "none"));
  }

  /**
   * Whether the request opens a page in a tab, by a link or the address bar. The page that holds
   * the link cannot read the answer.
   */
  public static boolean isNavigation(HttpExchange exchange) {
    Headers request = exchange.getRequestHeaders();
    return exchange.getRequestMethod().equals("GET")
        && !request.containsKey("Origin")
        && first(request, "Sec-Fetch-Mode", "").equals("navigate")
        && first(request, "Sec-Fetch-Dest", "").equals("document");
  }

  private static String first(Headers request, String name, String absent) {
    String value = request.getFirst(name);
    return value == null ? absent : value;
  }
}
