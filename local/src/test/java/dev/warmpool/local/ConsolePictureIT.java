package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.openqa.selenium.By;

/**
 * The picture of the console in the README, {@code docs/console.png}: ordinary work of several
 * environments. A new one is in {@code target/screenshots/console-work.png}.
 */
@EnabledIfSystemProperty(
    named = "counts",
    matches = "\\d\\d+",
    disabledReason = "makes a picture for the README: run it with -Psoak")
class ConsolePictureIT {

  private static final By LANES = By.cssSelector(".lane");
  private static final By ROWS = By.cssSelector("#requests tr");

  @Test
  void showsOrdinaryWork() {
    LocalSettings settings = LocalSettings.from(ProbeStack.onFreePorts(3, Map.of()), Path.of(".."));
    try (Browser browser = Browser.start();
        RunningStack stack = RunningStack.start(settings)) {
      Http http = new Http(stack.httpAddress());
      browser.open(stack.httpAddress() + "/_local/");
      browser.awaitText(By.id("link"), "live");
      work(http, browser);
      browser.run("document.querySelector('section').hidden = true;");
      browser.run(
          "document.getElementById('range').value = 30;"
              + "document.getElementById('range').dispatchEvent(new Event('change'))");
      CompletableFuture<?> running =
          http.sendAsync("POST", "/_local/events/ClearUsers-three.json", "");
      browser.awaitText(LANES, "ClearUsers #1\nrunning ");
      browser.resize(1_200, 700);
      Object height = browser.run("return document.documentElement.scrollHeight");
      browser.resize(1_200, ((Number) height).intValue());
      browser.smallScreenshot("console-work");
      running.join();
      assertThat(browser.all(By.cssSelector(".track .LOST, .bad"))).isEmpty();
    }
  }

  /** Requests, some at once, a schedule, an event, and a message to a queue. */
  private static void work(Http http, Browser browser) {
    List<CompletableFuture<?>> both =
        Stream.<CompletableFuture<?>>of(
                http.sendAsync("GET", "/users", ""), http.sendAsync("GET", "/users/1", ""))
            .toList();
    both.forEach(CompletableFuture::join);
    String user = "{\"email\":\"grace@example.org\",\"name\":\"Grace Hopper\"}";
    assertThat(http.send("POST", "/users", user).statusCode()).isEqualTo(201);
    browser.awaitText(LANES, "HttpFunction #1\nfrozen 2 s");
    http.get("/users");
    http.send("POST", "/_local/schedules/PurgeIdempotencyKeys", "");
    http.send("PATCH", "/users/1", "{\"name\":\"Ada King\"}");
    http.send("POST", "/_local/events/HttpFunction-get-user.json", "");
    String message = "{\"run\":\"5b8f6f0e-3a52-4d6c-9a3f-0f8f7a4f2c11\",\"tenants\":[\"demo\"]}";
    http.send("POST", "/_local/queues/CleanupQueue", message);
    browser.awaitText(ROWS, "queue CleanupQueue CleanupWorker#1 done");
  }
}
