package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpServer;
import dev.warmpool.local.runtime.EnvironmentInfo;
import dev.warmpool.local.runtime.EnvironmentState;
import dev.warmpool.local.runtime.InvocationReport;
import dev.warmpool.local.runtime.RuntimeObserver;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A page of another origin, in a real browser, attacks every port of the runner. */
class ForeignPageIT {

  /** A name of the attacker's that the browser resolves to 127.0.0.1. */
  private static final String NAME = "attacker.example";

  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private static final Queue<String> BEGUN = new ConcurrentLinkedQueue<>();

  private static Browser browser;
  private static ProbeStack probe;
  private static HttpServer foreign;

  @BeforeAll
  static void start() throws IOException {
    browser = Browser.start("--host-resolver-rules=MAP " + NAME + " 127.0.0.1");
    probe = ProbeStack.withoutWildcard();
    foreign = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    foreign.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "text/html");
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write("<body>".getBytes(StandardCharsets.UTF_8));
          exchange.close();
        });
    foreign.start();
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      foreign.stop(0);
      probe.close();
      browser.close();
    }
  }

  /** Counts invocations. */
  private record Counter() implements RuntimeObserver {

    @Override
    public void changed(EnvironmentInfo environment, EnvironmentState state, Instant at) {
      // only invocations count
    }

    @Override
    public void began(String requestId, EnvironmentInfo environment, Instant at) {
      BEGUN.add(environment.function());
    }

    @Override
    public void ended(InvocationReport report) {
      // its beginning was counted
    }
  }

  private static List<String> addresses;

  @BeforeEach
  void observe() {
    JsonNode environment = probe.invoke("Process", "{}").path("environment");
    URI api = URI.create("http://" + environment.path("AWS_LAMBDA_RUNTIME_API").asText());
    String http = probe.stack().httpAddress();
    addresses =
        Stream.concat(
                Stream.of(
                        "/echo",
                        "/echo/1",
                        "/docs/",
                        "/docs/docs.js",
                        "/docs/favicon.png",
                        "/docs/swagger-ui.css",
                        "/_local/",
                        "/_local/tokens",
                        "/_local/stream",
                        "/_local/events/Echo-one.json",
                        "/_local/schedules/WithInput")
                    .map(path -> http + path),
                Stream.of(
                    queues()
                        + "/?Action=SendMessage&MessageBody=x&QueueUrl="
                        + queues()
                        + "/123456789012/Queue",
                    queues() + "/?Action=ListQueues",
                    http + "/_local/queues/Queue",
                    probe.stack().invokeAddress() + "/2015-03-31/functions/Echo/invocations",
                    "http://127.0.0.1:" + api.getPort() + "/2018-06-01/runtime/invocation/next"))
            .toList();
    BEGUN.clear();
    probe.stack().functions().observe(new Counter());
  }

  private static String queues() {
    return probe.stack().queues().orElseThrow().address();
  }

  private static String script() throws IOException {
    try (InputStream in = ForeignPageIT.class.getResourceAsStream("/foreign/attack.js")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Attacks from the page that is open; returns what it could read. */
  private static List<?> attack(List<String> targets) throws IOException {
    String list = JsonMapper.builder().build().writeValueAsString(targets);
    browser.run(script() + "attack(" + list + ");");
    return Awaitility.await()
        .atMost(TIMEOUT)
        .until(() -> (List<?>) browser.run("return window.read"), read -> read != null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", NAME})
  void readsNothingAndStartsNothing(String host) throws IOException {
    browser.open("http://" + host + ":" + foreign.getAddress().getPort() + "/");
    assertThat(attack(addresses)).isEmpty();
    assertThat(BEGUN).isEmpty();
    assertThat(new SqsCalls(queues()).take("Queue")).isEmpty();
    assertThat(probe.invoke("Process", "{}").path("count").asInt())
        .as("the function still gets its events")
        .isPositive();
  }

  /** The page's origin is then the server's address under a foreign name (DNS rebinding). */
  @Test
  void readsNothingUnderANameThatResolvesToThisMachine() throws IOException {
    for (int port :
        new int[] {
          URI.create(probe.stack().httpAddress()).getPort(),
          URI.create(probe.stack().invokeAddress()).getPort(),
          URI.create(queues()).getPort()
        }) {
      String origin = "http://" + NAME + ":" + port;
      browser.open(origin + "/");
      assertThat(browser.run("return document.body.innerText").toString())
          .contains("The Host header must be");
      browser.run(
          "fetch('/echo', {method: 'POST', body: '{}'}).then(a => window.read = [a.status])");
      Awaitility.await().until(() -> List.of(403L).equals(browser.run("return window.read")));
    }
    assertThat(BEGUN).isEmpty();
  }

  /** The same script from the server's own page: shows that the attacks are requests at all. */
  @Test
  void startsAFunctionFromTheServersOwnPage() throws IOException {
    browser.open(probe.stack().httpAddress() + "/docs/");
    assertThat(attack(addresses.subList(0, 2))).isNotEmpty();
    assertThat(BEGUN).contains("Echo");
  }
}
