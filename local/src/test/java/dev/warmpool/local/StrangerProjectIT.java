package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The runnable jar with a project of another developer's, started in the project's folder. */
@ExtendWith(PageCommands.class)
class StrangerProjectIT {

  /** From the moment at which the archive is there. */
  private static final Duration RELOAD_LIMIT = Duration.ofSeconds(2);

  @TempDir private static Path folder;
  private static StrangerProject project;
  private static RunnerProcess runner;
  private static String notRun;
  private static String ready;
  private static Http http;
  private static Http invoke;

  @BeforeAll
  static void start() {
    project = StrangerProject.in(folder);
    runner = PageCommands.run("java -jar warmpool-local.jar", StrangerProjectIT::started);
    notRun = runner.awaitLine("Not run");
    http = runner.awaitApi("HTTP API");
    invoke = runner.awaitApi("Invoke API");
    ready = runner.awaitLine("Warmpool is ready");
  }

  private static RunnerProcess started(String command) {
    Map<String, String> cache = Map.of("XDG_CACHE_HOME", folder.resolve("cache").toString());
    return RunnerProcess.jar(folder, cache, command);
  }

  @AfterAll
  static void stop() throws InterruptedException {
    if (runner != null) {
      runner.terminate();
      runner.close();
    }
  }

  @Test
  void namesWhatDoesNotRunOnce() {
    assertThat(notRun)
        .isEqualTo(
            "Not run    Orders.Exported of type S3, Thumbnails (runtime python3.12), Report (a"
                + " container image)");
  }

  @Test
  void printsItsHelp() {
    String help = "java -jar warmpool-local.jar --help";
    try (RunnerProcess process = PageCommands.run(help, StrangerProjectIT::started)) {
      assertThat(process.lines().lines())
          .containsExactlyElementsOf(CommandLine.HELP.lines().toList());
    }
  }

  @Test
  void hintsAtWhatTheTemplateHas() {
    assertThat(ready)
        .endsWith(
            "/2015-03-31/functions/Stock/invocations -d @"
                + folder.resolve("events/Stock-none.json"));
  }

  @Test
  void answersRequestsOfTheRestApi() {
    HttpResponse<String> answer =
        http.send("PUT", "/orders/7/lines?q=1&q=2&r=a%20b", "{}", Map.of("x-tag", "blue"));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().allValues("set-cookie")).containsExactly("a=1", "b=2");
    assertThat(answer.body().lines().skip(1))
        .containsExactly(
            "PUT /orders/{proxy+} /orders/7/lines",
            "stage v1 /v1/orders/7/lines",
            "by null",
            "proxy 7/lines",
            "q {q=2, r=a b} {q=[1, 2], r=[a b]}",
            "type application/json",
            "tags [blue]",
            "body {} false");
  }

  @Test
  void encodesTheTypesThatTheApiCallsBinary() {
    Map<String, String> png = Map.of("content-type", "image/png");
    assertThat(http.send("POST", "/orders", "AB", png).body()).endsWith("body QUI= true");
    assertThat(http.get("/orders/7/picture").body()).hasSize(3);
  }

  @Test
  void answersAsARestApiWhereNoFunctionDoes() {
    assertThat(http.get("/nowhere").body()).contains("Missing Authentication Token");
    assertThat(http.get("/nowhere").statusCode()).isEqualTo(403);
    assertThat(http.send("POST", "/thumbnails", "").statusCode()).isEqualTo(403);
    HttpResponse<String> broken = http.get("/orders/broken");
    assertThat(broken.statusCode()).isEqualTo(502);
    assertThat(broken.body()).isEqualTo("{\"message\":\"Internal server error\"}");
  }

  @Test
  void feedsAFunctionFromItsQueue() {
    assertThat(http.send("POST", "/_local/queues/Placed", "TEA-100").statusCode()).isEqualTo(200);
    assertThat(runner.awaitPart(" | counted"))
        .endsWith(" | counted TEA-100 from arn:aws:sqs:us-east-1:123456789012:Placed");
  }

  @Test
  void firesASchedule() {
    assertThat(http.send("POST", "/_local/schedules/Nightly", "").body()).contains("No messages");
  }

  @Test
  void invokesAFunctionDirectly() {
    HttpResponse<String> answer =
        invoke.send("POST", "/2015-03-31/functions/Stock/invocations", "{\"Records\":[]}");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("x-amz-function-error")).isEmpty();
  }

  private static String edition() {
    return http.get("/orders/1").body().lines().findFirst().orElseThrow();
  }

  @Test
  void takesARebuiltArchiveAtTheNextRequestAndNoneThatIsHalfWritten() throws IOException {
    String before = edition();
    String after = "edition of " + System.nanoTime();
    project.edit(before, after).pack();
    byte[] whole = Files.readAllBytes(project.archive());

    Files.write(project.archive(), Arrays.copyOf(whole, whole.length / 2));
    assertThat(edition()).isEqualTo(before);
    Files.delete(project.archive());
    assertThat(edition()).isEqualTo(before);

    Files.write(project.archive(), whole);
    long there = System.nanoTime();
    assertThat(edition()).isEqualTo(after);
    assertThat(Duration.ofNanos(System.nanoTime() - there)).isLessThan(RELOAD_LIMIT);
  }
}
