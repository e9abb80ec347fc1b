package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;

/** The console and {@code /docs} in a browser. Screenshots are in {@code target/screenshots}. */
class PagesIT {

  private static final By ANSWER = By.id("answer-title");
  private static final By ROWS = By.cssSelector("#requests tr");
  private static final By LANES = By.cssSelector(".lane");

  private static Browser browser;
  private static RunningStack stack;
  private static Http http;

  @BeforeAll
  static void start() {
    browser = Browser.start();
    stack =
        RunningStack.start(LocalSettings.from(ProbeStack.onFreePorts(2, Map.of()), Path.of("..")));
    http = new Http(stack.httpAddress());
  }

  @AfterAll
  static void stop() {
    if (stack != null) {
      stack.close();
    }
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void clearTheBrowsersConsole() {
    browser.faults();
  }

  @AfterEach
  void loadsOnlyFromThisServer() {
    assertThat(browser.faults()).isEmpty();
    Object loaded = browser.run("return performance.getEntriesByType('resource').map(e => e.name)");
    assertThat((List<?>) loaded)
        .allMatch(name -> name.toString().matches("(" + stack.httpAddress() + "|data:).*"));
  }

  private static By button(String label) {
    return By.xpath("//button[starts-with(., '" + label + "')]");
  }

  private static void openConsole() {
    browser.open(stack.httpAddress() + "/_local/");
    browser.awaitText(By.id("link"), "live");
  }

  @Test
  void sendsAnEventByKeyboardAndShowsItsResult() {
    openConsole();
    browser.find(button("List users")).sendKeys(Keys.ENTER);
    browser.awaitText(ANSWER, "List users: 200");
    browser.awaitText(By.id("answer-text"), "ada@example.org");
    browser.awaitText(ROWS, "event: List users HttpFunction#1 200");
    browser.awaitText(ROWS, "≤ ");
    browser.awaitText(LANES, "HttpFunction #1\nfrozen ");
    browser.awaitText(LANES, "1 connection");
    browser.find(By.cssSelector("#requests summary")).sendKeys(Keys.ENTER);
    browser.awaitText(By.cssSelector("#requests pre"), "REPORT RequestId: ");
    showsAt("console");
  }

  /** Pictures of the page in each width and colour scheme, in which axe-core finds nothing. */
  private static void showsAt(String page) {
    for (String scheme : List.of("light", "dark")) {
      browser.prefer(scheme);
      for (int width : new int[] {360, 800, 1_400}) {
        browser.resize(width, 700);
        Object height = browser.run("return document.documentElement.scrollHeight");
        browser.resize(width, ((Number) height).intValue());
        assertThat(browser.run("return document.documentElement.scrollWidth"))
            .as(page + " is no wider than " + width)
            .isEqualTo((long) width);
        browser.screenshot("%s-%s-%d".formatted(page, scheme, width));
        assertThat(browser.axe()).as("%s, %s, %d", page, scheme, width).isEmpty();
      }
    }
    browser.prefer("light");
    browser.resize(1_280, 1_500);
  }

  @Test
  void opensAPageWithLinks() {
    browser.open(stack.httpAddress() + "/");
    browser.awaitText(By.id("routes"), "GET /users");
    browser.awaitText(By.id("functions"), "/2015-03-31/functions/Cleanup/invocations");
    showsAt("start");
    browser.find(By.linkText("Console")).sendKeys(Keys.ENTER);
    browser.awaitText(By.id("link"), "live");
    assertThat(http.get("/").statusCode()).as("belongs to the API").isEqualTo(404);
  }

  @Test
  void sendsAMessageToAQueue() {
    openConsole();
    browser
        .find(By.cssSelector("input[aria-label='Message to CleanupQueue']"))
        .sendKeys("{}", Keys.ENTER);
    browser.awaitText(ANSWER, "queue CleanupQueue: done");
    browser.awaitText(By.id("answer-text"), "messageId");
  }

  @Test
  void showsNoPadlocksWhereNothingIsAsked() {
    browser.open(stack.httpAddress() + "/docs");
    browser.find(By.id("operations-users-createUser"));
    assertThat(browser.all(By.cssSelector(".authorize, .authorization__btn"))).isEmpty();
  }

  @Test
  void firesASchedule() {
    openConsole();
    browser.find(button("PurgeDeletedUsers")).click();
    browser.awaitText(ANSWER, "schedule PurgeDeletedUsers: done");
    browser.awaitText(ROWS, "schedule PurgeDeletedUsers Cleanup#1 done");
  }

  @Test
  void showsRequestsOfOtherClients() {
    openConsole();
    assertThat(
            http.get("/nowhere?%3Cimg%20src=x%20onerror=%22document.title='x'%22%3E").statusCode())
        .isEqualTo(404);
    browser.awaitText(ROWS, "GET /nowhere?");
  }

  @Test
  void showsMarkupAsText() {
    HttpResponse<String> changed =
        http.send("PATCH", "/users/1", "{\"name\":\"<img src=x onerror=f()>\"}");
    assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
    openConsole();
    browser.find(button("Get user")).click();
    browser.awaitText(By.id("answer-text"), "<img src=x onerror=f()>");
    assertThat(browser.all(By.tagName("img"))).isEmpty();
  }

  @Test
  void showsAnEnvironmentThatWasLost() {
    openConsole();
    browser.awaitText(LANES, "Migrate #1\nfrozen ");
    stack
        .functions()
        .get("Migrate")
        .processes()
        .forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    browser.awaitText(LANES, "Migrate #1\nlost ");
    browser.screenshot("console-lost");
  }

  @Test
  void sendsARequestFromTheContract() {
    browser.open(stack.httpAddress() + "/docs");
    browser.find(By.id("operations-users-createUser")).click();
    browser.find(By.cssSelector("#operations-users-createUser .execute")).click();
    browser.awaitText(By.cssSelector("#operations-users-createUser .live-responses-table"), "201");
    browser.run("document.querySelector('.live-responses-table').scrollIntoView()");
    browser.screenshot("docs");
    JsonNode users = Http.json(http.get("/users")).path("items");
    assertThat(users.findValuesAsText("email")).contains("grace@example.org");
  }
}
