package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.local.http.LocalServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are no HTTP, ambiguous, too large or too slow. */
class MalformedRequestsIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration SHORT_LIMIT = Duration.ofMillis(300);
  private static final String END = "Host: localhost\r\nConnection: close\r\n\r\n";

  private final Queue<String> handled = new ConcurrentLinkedQueue<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private LocalServer server;

  @BeforeEach
  void start() {
    start(LIMIT);
  }

  private void start(Duration limit) {
    server = new LocalServer(0, "LOCAL_HTTP_PORT", threads, limit);
    server.serve(
        exchange -> {
          byte[] body = LocalServer.body(exchange, 100).orElseThrow();
          handled.add(
              "%s %s %s"
                  .formatted(
                      exchange.getRequestMethod(),
                      exchange.getRequestURI().getPath(),
                      new String(body, StandardCharsets.UTF_8)));
          LocalServer.reply(exchange, 200, "text/plain", "yes");
        });
  }

  @AfterEach
  void stop() {
    server.close();
    threads.shutdownNow();
  }

  private RawHttp.Answer send(String request) {
    return RawHttp.send(
        "http://127.0.0.1:" + server.port(), request.getBytes(StandardCharsets.ISO_8859_1));
  }

  private void assertRefused(String request, int status, String message) {
    RawHttp.Answer answer = send(request);
    assertThat(answer.status()).as(request).isEqualTo(status);
    assertThat(answer.body()).isEqualTo("{\"message\":\"" + message + "\"}");
    assertThat(answer.headers().getFirst("Content-Type")).isEqualTo("application/json");
    assertThat(handled).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/users/%zz",
        "/users/%",
        "/users/%4",
        "/users?limit=%zz",
        "/users/%ff",
        "/users/%c3%28",
        "/users?a=%ed%a0%80",
        "http://elsewhere/users",
        "users",
        "*",
        "elsewhere:80"
      })
  void answersAMalformedTargetAsTheGateway(String target) {
    assertRefused("GET " + target + " HTTP/1.1\r\n" + END, 400, "Bad Request");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: 5\r\nContent-Length: 5\r\n",
        "Content-Length: 5, 6\r\n",
        "Content-Length: -1\r\n",
        "Content-Length: +5\r\n",
        "Content-Length: 5x\r\n",
        "Content-Length : 5\r\n",
        "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: gzip\r\n",
        "Transfer-Encoding: chunked, gzip\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Host: elsewhere\r\n",
        "no colon\r\n",
        ": no name\r\n",
        "X\u0000: 1\r\n"
      })
  void refusesAnAmbiguousHead(String headers) {
    String next = "GET /next HTTP/1.1\r\n" + END;
    assertRefused("POST / HTTP/1.1\r\n" + headers + END + next, 400, "Bad Request");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"GET", "GET /", "GET / HTTP/9.9", "GET / http", "G{T / HTTP/1.1", "\u0016"})
  void refusesWhatIsNoRequestLine(String line) {
    assertRefused(line + "\r\n" + END, 400, "Bad Request");
  }

  @Test
  void refusesAHeadThatIsTooLarge() {
    String message = "Request Header Fields Too Large";
    assertRefused("GET /" + "x".repeat(70_000) + " HTTP/1.1\r\n" + END, 431, message);
    assertRefused("GET / HTTP/1.1\r\nX: " + "x".repeat(70_000) + "\r\n" + END, 431, message);
    assertRefused("GET / HTTP/1.1\r\n" + "X: x\r\n".repeat(20_000) + END, 431, message);
  }

  @Test
  void passesOnPathsThatOnlyLookMalformed() {
    for (String target :
        List.of("//users", "///", "/a|b[c]{d}\"^`", "/?a[b]={c}|d", "/%00", "/\u00c3\u00a4")) {
      assertThat(send("GET " + target + " HTTP/1.1\r\n" + END).status()).as(target).isEqualTo(200);
    }
    assertThat(handled)
        .containsExactly(
            "GET //users ",
            "GET /// ",
            "GET /a|b[c]{d}\"^` ",
            "GET / ",
            "GET /\u0000 ",
            "GET /\u00e4 ");
  }

  @Test
  void sendsTheLengthOfABodyThatHeadLeavesOut() {
    RawHttp.Answer answer = send("HEAD / HTTP/1.1\r\n" + END);
    assertThat(answer.headers().getFirst("Content-Length")).isEqualTo("3");
    assertThat(answer.body()).isEmpty();
  }

  @Test
  void answersRequestsThatAreSentInAdvanceInTurn() {
    String first = "POST /1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\na";
    String second =
        "POST /2 HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nb\r\n0\r\n\r\n";
    RawHttp.Answer answer = send(first + second + "GET /3 HTTP/1.1\r\n" + END);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(handled).containsExactly("POST /1 a", "POST /2 b", "GET /3 ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "GET / HT",
        "GET / HTTP/1.1\r\nHost: local",
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nab"
      })
  void closesAConnectionOnWhichARequestDoesNotCome(String start) throws IOException {
    server.close();
    start(SHORT_LIMIT);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout((int) LIMIT.toMillis());
      socket.getOutputStream().write(start.getBytes(StandardCharsets.ISO_8859_1));
      assertThat(socket.getInputStream().read()).as("the end of the stream").isEqualTo(-1);
    }
    assertThat(handled).isEmpty();
  }
}
