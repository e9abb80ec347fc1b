package dev.warmpool.local.gateway;

import dev.warmpool.local.template.RouteDefinition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Matches requests to routes with API Gateway's precedence: exact path segments, then {@code
 * {name}}, then {@code {name+}}, then {@code $default}; for equal paths, a method before {@code
 * ANY}. Immutable.
 */
final class RouteTable {

  private final List<Entry> entries = new ArrayList<>();

  RouteTable(List<RouteDefinition> routes) {
    routes.forEach(route -> entries.add(Entry.of(route)));
    entries.sort(
        Comparator.comparing(Entry::rank)
            .thenComparing(entry -> entry.route().method().equals("ANY")));
  }

  /**
   * A matching route.
   *
   * @param route the route
   * @param parameters decoded path parameters by name
   */
  record Match(RouteDefinition route, Map<String, String> parameters) {}

  Optional<Match> find(String method, String path) {
    return entries.stream().flatMap(entry -> entry.match(method, path).stream()).findFirst();
  }

  private record Entry(RouteDefinition route, Pattern pattern, List<String> names, String rank) {

    private static final Pattern PART = Pattern.compile("\\{([^}+]+)(\\+?)}");

    static Entry of(RouteDefinition route) {
      if (route.isDefault()) {
        return new Entry(route, Pattern.compile(".*"), List.of(), "3");
      }
      List<String> names = new ArrayList<>();
      StringBuilder pattern = new StringBuilder();
      StringBuilder rank = new StringBuilder();
      for (String part : route.path().substring(1).split("/", -1)) {
        var parameter = PART.matcher(part);
        pattern.append('/');
        if (parameter.matches()) {
          boolean greedy = !parameter.group(2).isEmpty();
          names.add(parameter.group(1));
          pattern.append(greedy ? "(.+)" : "([^/]+)");
          rank.append(greedy ? '2' : '1');
        } else {
          pattern.append(Pattern.quote(part));
          rank.append('0');
        }
      }
      return new Entry(route, Pattern.compile(pattern.toString()), names, rank.toString());
    }

    Optional<Match> match(String method, String path) {
      boolean fits = route.method().equals("ANY") || route.method().equals(method);
      var matcher = pattern.matcher(path);
      if (!fits || !matcher.matches()) {
        return Optional.empty();
      }
      Map<String, String> parameters =
          names.stream()
              .collect(
                  Collectors.toMap(
                      name -> name,
                      name -> HttpEvent.decoded(matcher.group(names.indexOf(name) + 1))));
      return Optional.of(new Match(route, parameters));
    }
  }
}
