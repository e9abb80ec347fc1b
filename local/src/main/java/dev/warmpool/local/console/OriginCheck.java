package dev.warmpool.local.console;

import com.sun.net.httpserver.Headers;
import java.util.Set;

/**
 * Protects the runner's pages from scripts of other sites: a request's Host must name this machine,
 * and its Origin and Sec-Fetch-Site, if present, must be this server's. Clients other than browsers
 * send neither.
 */
final class OriginCheck {

  private static final Set<String> HOSTS = Set.of("127.0.0.1", "localhost", "[::1]");
  private static final Set<String> SITES = Set.of("same-origin", "none");

  private OriginCheck() {}

  /** Whether the request comes from a page of this server, or from no page. */
  static boolean isSameOrigin(Headers request) {
    String host = first(request, "Host", "");
    String origin = first(request, "Origin", "http://" + host);
    return isLocalHost(request)
        && origin.equals("http://" + host)
        && SITES.contains(first(request, "Sec-Fetch-Site", "none"));
  }

  /**
   * Whether the Host names this machine. That suffices for a page's files: a link on another site
   * may open the page, but that site cannot read it.
   */
  static boolean isLocalHost(Headers request) {
    return HOSTS.contains(first(request, "Host", "").replaceFirst(":\\d+$", ""));
  }

  private static String first(Headers request, String name, String absent) {
    String value = request.getFirst(name);
    return value == null ? absent : value;
  }
}
