package dev.warmpool.local.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.local.template.ApiDefinition;
import dev.warmpool.local.template.RouteDefinition;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteTableTest {

  private static RouteTable table(String... keys) {
    List<RouteDefinition> routes =
        Arrays.stream(keys)
            .map(key -> key.split(" "))
            .map(
                key ->
                    new RouteDefinition(
                        key[0],
                        key[1],
                        "F",
                        RouteDefinition.MAX_TIMEOUT,
                        false,
                        List.of(),
                        ApiDefinition.HTTP))
            .toList();
    return new RouteTable(routes);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /users, GET /users",
    "GET, /users/7, GET /users/{id}",
    "GET, /users/clear, GET /users/clear",
    "POST, /users/7, $default",
    "GET, /users/7/orders/8, GET /users/{rest+}",
    "GET, /users/, $default",
    "GET, //users, $default",
    "DELETE, /any, ANY /any",
    "GET, /any, GET /any",
    "GET, /, $default"
  })
  void prefersTheMostExactRoute(String method, String path, String key) {
    RouteTable table =
        table(
            "ANY $default",
            "GET /users/{rest+}",
            "GET /users/{id}",
            "GET /users/clear",
            "GET /users",
            "ANY /any",
            "GET /any");
    assertThat(table.find(method, path).orElseThrow().route().key()).isEqualTo(key);
  }

  @Test
  void decodesParametersOnce() {
    assertThat(table("GET /a/{x}/{y+}").find("GET", "/a/b%2Fc+d/%25e/f").orElseThrow().parameters())
        .isEqualTo(Map.of("x", "b/c+d", "y", "%e/f"));
  }

  @Test
  void matchesNothingWithoutADefaultRoute() {
    assertThat(table("GET /a").find("GET", "/b")).isEmpty();
  }
}
