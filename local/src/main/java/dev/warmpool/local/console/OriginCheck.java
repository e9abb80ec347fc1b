package dev.warmpool.local.console;

import com.sun.net.httpserver.Headers;
import java.util.Set;

/**
 * Keeps other web sites' scripts away from the runner's own pages: they must be asked for by a name
 * of this machine, and from no other site. Programs that are no browsers send no origin. Immutable.
 */
final class SameOrigin {

  private static final Set<String> NAMES = Set.of("127.0.0.1", "localhost", "[::1]");
  private static final Set<String> SITES = Set.of("same-origin", "none");

  private SameOrigin() {}

  /** Whether the request comes from here. */
  static boolean holds(Headers request) {
    String host = first(request, "Host", "");
    String name = host.replaceFirst(":\\d+$", "");
    String origin = first(request, "Origin", "http://" + host);
    return NAMES.contains(name)
        && origin.equals("http://" + host)
        && SITES.contains(first(request, "Sec-Fetch-Site", "none"));
  }

  /** For a page that someone opens from a link on another site; it shows nothing to that site. */
  static boolean isAskedForHere(Headers request) {
    return NAMES.contains(first(request, "Host", "").replaceFirst(":\\d+$", ""));
  }

  private static String first(Headers request, String name, String absent) {
    String value = request.getFirst(name);
    return value == null ? absent : value;
  }
}
