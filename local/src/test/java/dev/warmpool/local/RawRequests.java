package dev.warmpool.local;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Generates valid, slightly wrong and very wrong requests to the API from a seed. */
final class RawRequests {

  private static final List<String> METHODS =
      List.of("GET", "GET", "POST", "POST", "PATCH", "DELETE", "PUT", "HEAD", "OPTIONS", "x", "");

  private static final List<String> TARGETS =
      List.of(
          "/users",
          "/users?limit=2",
          "/users?limit=2&after=Mg",
          "/users?limit=99999999999999999999",
          "/users?limit=%zz",
          "/users?limit=1&limit=2&%00=%ff",
          "/users/1",
          "/users/9223372036854775808",
          "/users/%00",
          "/users/%c3%28",
          "/users/1/",
          "/users/clear",
          "/users/../health",
          "/health",
          "/openapi.json",
          "//users",
          "http://elsewhere/users",
          "/\u0001",
          "/" + "x".repeat(9_000),
          "/?" + "x=1&".repeat(1_000),
          "*",
          "");

  private static final List<String> HEADERS =
      List.of(
          "Content-Type: application/json",
          "Content-Type: application/json; charset=utf-16",
          "Content-Type: \u00e4",
          "content-type: text/plain",
          "If-Match: \"1\"",
          "If-Match: W/\"1\", *",
          "Idempotency-Key: k",
          "Idempotency-Key: " + "k".repeat(300),
          "X-Correlation-Id: a b",
          "Cookie: a=1; ; =; b",
          "Cookie:",
          "X-Forwarded-For: 1.2.3.4, ::1",
          "X: " + "y".repeat(11_000),
          "X\u0000: 1",
          ": no name",
          "no colon",
          " folded",
          "Transfer-Encoding: chunked",
          "Transfer-Encoding: gzip",
          "Content-Length: 5",
          "Content-Length: -1",
          "Content-Length: 99999999999",
          "Expect: 100-continue",
          "Upgrade: h2c",
          "Host: other",
          "Authorization: Bearer x.y.z");

  private static final List<String> BODIES =
      List.of(
          "",
          "{\"email\":\"%d@example.org\",\"name\":\"N\"}",
          "{\"email\":\"%d@example.org\",\"name\":\"\\u0000\"}",
          "{\"email\":\"%d@example.org\",\"name\":\"\\ud800\",\"x\":1e999999}",
          "{\"name\":\"M%d\"}",
          "{\"ids\":[1,2,3.5,-1,99999999999999999999]}",
          "{\"ids\":[" + "1,".repeat(2_000) + "1]}",
          "[".repeat(5_000),
          "{\"a\":".repeat(3_000),
          "\ufeff{}",
          "null",
          "1e400000",
          "\"",
          "5\r\n{\"a\":\r\n0\r\n\r\n",
          "zz\r\n{}\r\n");

  private final Random random;

  RawRequests(long seed) {
    this.random = new Random(seed * 0x9E3779B97F4A7C15L);
  }

  /** Request line and body of valid requests. */
  private static final List<List<String>> VALID =
      List.of(
          List.of("GET /users?limit=2", ""),
          List.of("GET /users/1", ""),
          List.of("GET /health", ""),
          List.of("POST /users", "{\"email\":\"%d@example.org\",\"name\":\"N\"}"),
          List.of("PATCH /users/1", "{\"name\":\"M%d\"}"),
          List.of("DELETE /users/2", ""),
          List.of("POST /users/clear", "{\"ids\":[3,4]}"));

  byte[] next() {
    return mutated(random.nextInt(3) == 0 ? valid() : invalid());
  }

  private byte[] valid() {
    List<String> request = VALID.get(random.nextInt(VALID.size()));
    String body = request.get(1).replace("%d", "u" + random.nextInt(1_000));
    String head =
        request.get(0)
            + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
            + body.length();
    return (head + "\r\n\r\n" + body).getBytes(StandardCharsets.UTF_8);
  }

  private byte[] invalid() {
    String body = one(BODIES).replace("%d", "u" + random.nextInt(1_000));
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    StringBuilder head = new StringBuilder();
    head.append(one(METHODS)).append(' ').append(one(TARGETS)).append(' ').append(version());
    String end = random.nextInt(20) == 0 ? "\n" : "\r\n";
    head.append(end).append("Host: localhost").append(end);
    for (int i = random.nextInt(4); i > 0; i--) {
      head.append(one(HEADERS)).append(end);
    }
    if (random.nextInt(8) > 0) {
      head.append("Content-Length: ").append(bytes.length).append(end);
    }
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(head.append(end).toString().getBytes(StandardCharsets.UTF_8));
    request.writeBytes(bytes);
    return request.toByteArray();
  }

  private String version() {
    return random.nextInt(10) > 0 ? "HTTP/1.1" : one(List.of("HTTP/1.0", "HTTP/9.9", "", "http"));
  }

  private String one(List<String> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  /** Changes some bytes, cuts off the end, or, in four of six cases, changes nothing. */
  private byte[] mutated(byte[] request) {
    switch (random.nextInt(6)) {
      case 0 -> {
        for (int i = random.nextInt(8); i >= 0; i--) {
          request[random.nextInt(request.length)] = (byte) random.nextInt(256);
        }
        return request;
      }
      case 1 -> {
        return Arrays.copyOf(request, random.nextInt(request.length));
      }
      default -> {
        return request;
      }
    }
  }
}
