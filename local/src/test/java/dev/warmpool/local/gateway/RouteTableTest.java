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

  private static RouteDefinition route(String key) {
    String[] parts = key.split(" ");
    return new RouteDefinition(
        parts[0], parts[1], "F", RouteDefinition.MAX_TIMEOUT, false, List.of(), ApiDefinition.HTTP);
  }

  private static RouteTable table(String... keys) {
    return new RouteTable(Arrays.stream(keys).map(RouteTableTest::route).toList());
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

  @ParameterizedTest
  @CsvSource({
    "GET /users, true",
    "ANY /products, true",
    "POST /users, false",
    "GET /users/{id}, false",
    "ANY $default, false"
  })
  void tellsWhichRoutesAGetRequestReachesWithoutParameters(String key, boolean page) {
    assertThat(route(key).isPage()).isEqualTo(page);
  }

  @Test
  void matchesNothingWithoutADefaultRoute() {
    assertThat(table("GET /a").find("GET", "/b")).isEmpty();
  }
}
