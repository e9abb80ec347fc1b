package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.openqa.selenium.By;

/** The console with each state of an environment. Screenshots are in {@code target/screenshots}. */
class ConsoleStatesIT {

  private static final int REQUESTS = Integer.getInteger("counts", 1) > 1 ? 500 : 60;
  private static final int CONNECTIONS = 6;
  private static final By LANES = By.cssSelector(".lane");
  private static final By ROWS = By.cssSelector("#requests tr");
  private static final By LINK = By.id("link");

  private static Browser browser;

  @BeforeAll
  static void start() {
    browser = Browser.start();
  }

  @AfterAll
  static void stop() {
    browser.close();
  }

  private static ProbeStack probe(Map<String, String> variables) {
    Map<String, String> all = new HashMap<>(variables);
    all.put("POSTGRES_HOST", "none");
    return ProbeStack.start(all);
  }

  private static void open(ProbeStack probe) {
    browser.open(probe.stack().httpAddress() + "/_local/");
    browser.awaitText(LINK, "live");
  }

  private static CompletableFuture<?> later(ProbeStack probe, String function, String event) {
    return CompletableFuture.runAsync(
        () -> probe.result(function, event), task -> new Thread(task).start());
  }

  @Test
  void namesEachEnd() {
    try (ProbeStack probe = probe(Map.of("LOCAL_THROTTLE", "true"))) {
      open(probe);
      later(probe, "Process", "{\"millis\":9000}");
      probe.result("Exit", "{\"status\":3}");
      probe.http().get("/no-start");
      probe.result("Echo", "{}");
      probe.result("Called", "{}");
      probe
          .processes("Called")
          .forEach(pid -> ProcessHandle.of(pid).orElseThrow().destroyForcibly());
      probe.result("Brief", "{\"millis\":4000}");
      browser.awaitText(LANES, "Brief #1\ntimed out ");
      browser.awaitText(LANES, "NoStart #1\nfailed to start ");
      browser.awaitText(LANES, "Exit #1\ncrashed or killed ");
      browser.awaitText(LANES, "Called #1\ncrashed or killed ");
      browser.awaitText(LANES, "Echo #1\nfrozen ");
      browser.awaitText(LANES, "Process #1\nrunning ");
      browser.awaitText(ROWS, "Brief#1 timed out");
      browser.awaitText(ROWS, "GET /no-start NoStart#1 failed to start");
      browser.awaitText(ROWS, "Exit#1 crashed");
      showsAt("states-ends");
    }
  }

  private static void showsAt(String page) {
    if (Integer.getInteger("counts", 1) > 1) {
      browser.showsAt(page);
    } else {
      browser.showsAt(page, "dark", 360);
      browser.showsAt(page, "light", 1_400);
    }
  }

  @Test
  @EnabledIfSystemProperty(
      named = "counts",
      matches = "\\d\\d+",
      disabledReason = "takes long: run it with -Psoak")
  void namesSnapshotsAndPlannedEnds() throws InterruptedException {
    Map<String, String> variables =
        Map.of(
            "LOCAL_INITIALIZATION", "snap-start",
            "LOCAL_FREEZE", "false",
            "LOCAL_EXTENSION", "external",
            "LOCAL_IDLE", "8");
    try (ProbeStack probe = probe(variables)) {
      open(probe);
      probe.stack().functions().get("Echo").prepare(2);
      probe.result("Echo", "{}");
      browser.awaitText(LANES, "at its snapshot ");
      browser.awaitText(LANES, "idle ");
      assertThat(browser.all(By.cssSelector(".RESTORED"))).isNotEmpty();
      showsAt("states-snapshot");
      browser.awaitText(LANES, "Echo #1\nended ");
      browser.awaitText(LANES, "Echo #2\nended ");
      assertThat(browser.all(By.cssSelector(".track .LOST"))).isEmpty();
      browser.showsAt("states-recycled", "light", 1_400);
    }
  }

  /** A browser opens six connections to a host for all pages: a hidden one must hold none. */
  @Test
  void worksInMoreTabsThanABrowserHasConnections() {
    try (ProbeStack probe = probe(Map.of())) {
      open(probe);
      probe.result("Fail", "{\"message\":\"the one to read\"}");
      browser.awaitText(ROWS, "invoked directly Fail#1 failed");
      browser.find(By.cssSelector("#requests summary")).click();
      for (int tab = 0; tab < CONNECTIONS; tab++) {
        browser.newTab();
        open(probe);
      }
      assertThat(probe.http().get("/lazy?slow").statusCode()).isEqualTo(503);
      browser.awaitText(ROWS, "GET /lazy?slow Hasty#1 503");
      browser.goToTab(0);
      browser.awaitText(ROWS, "GET /lazy?slow Hasty#1 503");
      browser.awaitText(By.cssSelector("#requests pre"), "the one to read");
    } finally {
      browser.closeTabs();
    }
  }

  @Test
  void showsAThrottledRequest() {
    try (ProbeStack probe =
        probe(Map.of("LOCAL_THROTTLE", "true", "LOCAL_MAX_ENVIRONMENTS", "1"))) {
      open(probe);
      later(probe, "Process", "{\"millis\":6000}");
      browser.awaitText(LANES, "Process #1\nrunning ");
      assertThat(probe.http().get("/process").statusCode()).isEqualTo(503);
      browser.awaitText(ROWS, "GET /process Process, none free throttled");
      assertThat(browser.find(ROWS).getText()).doesNotContain("Invalid");
      browser.showsAt("states-throttled", "light", 1_400);
    }
  }

  @Test
  void showsLongLinesAndMarkupOfALogAsText() {
    try (ProbeStack probe = probe(Map.of())) {
      open(probe);
      probe.result(
          "Fail", "{\"message\":\"<img src=x onerror=f()> " + "x".repeat(10_000) + " end\"}");
      browser.awaitText(ROWS, "Fail#1 failed");
      browser.find(By.cssSelector("#requests summary")).click();
      assertThat(browser.find(By.cssSelector("#requests pre")).getText()).contains("REPORT");
      probe.result("Fail", "{\"message\":\"<img src=x onerror=f()>\"}");
      browser.find(By.cssSelector("#requests summary")).click();
      browser.awaitText(By.cssSelector("#requests pre"), "<img src=x onerror=f()>");
      assertThat(browser.all(By.tagName("img"))).isEmpty();
      browser.showsAt("states-log", "light", 360);
    }
  }

  @Test
  @EnabledIfSystemProperty(
      named = "counts",
      matches = "\\d\\d+",
      disabledReason = "takes long: run it with -Psoak")
  void keepsAnOpenLogThroughManyRequests() {
    try (ProbeStack probe = probe(Map.of())) {
      open(probe);
      probe.result("Fail", "{\"message\":\"the one to read\"}");
      browser.awaitText(ROWS, "Fail#1 failed");
      browser.find(By.cssSelector("#requests summary")).click();
      IntStream.range(0, REQUESTS).forEach(i -> probe.http().get("/open/" + i));
      browser.awaitText(ROWS, "GET /open/" + (REQUESTS - 1));
      browser.awaitText(By.cssSelector("#requests pre"), "the one to read");
      assertThat(browser.all(ROWS)).anyMatch(row -> row.getText().contains("Fail#1 failed"));
      assertThat(browser.all(By.cssSelector("#requests tr:not(:has([colspan]))"))).hasSize(50);
    }
  }

  @Test
  @EnabledIfSystemProperty(
      named = "counts",
      matches = "\\d\\d+",
      disabledReason = "takes long: run it with -Psoak")
  void saysThatTheRunnerIsGoneAndComesBackWithIt() {
    String port;
    try (ProbeStack probe = probe(Map.of())) {
      open(probe);
      port = probe.stack().httpAddress().replaceAll(".*:", "");
      probe.result("Echo", "{}");
      browser.awaitText(LANES, "Echo #1\nfrozen ");
    }
    browser.awaitText(LINK, "the runner does not respond");
    browser.find(By.cssSelector("#buttons button")).click();
    browser.awaitText(By.id("answer-text"), "Has it been stopped?");
    browser.showsAt("states-gone", "light", 360);
    try (ProbeStack probe = probe(Map.of("LOCAL_HTTP_PORT", port))) {
      browser.awaitText(LINK, "live");
      assertThat(browser.all(LANES)).isEmpty();
      probe.result("Called", "{}");
      browser.awaitText(LANES, "Called #1\nfrozen ");
    }
  }
}
