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
  private static final By FILTER = By.id("filter");
  private static final By LANES = By.cssSelector(".lane");

  /** The controls that are visible, as they stand on the page. */
  private static final String CONTROLS =
      "return [...document.querySelectorAll('a, button, input, select, summary, [tabindex]')]"
          + ".filter(e => e.checkVisibility()).map(e => e.outerHTML)";

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
    browser.find(FILTER).sendKeys("list users");
    browser.awaitText(By.id("shown"), " of ");
    assertThat(browser.all(By.cssSelector("#requests tr:not([hidden]) .request")))
        .allMatch(cell -> cell.getText().equals("event: List users"));
    browser.showsAt("console");
  }

  @Test
  void opensAPageWithLinks() {
    browser.open(stack.httpAddress() + "/");
    browser.awaitText(By.id("routes"), "GET /users");
    browser.awaitText(By.id("functions"), "/2015-03-31/functions/Cleanup/invocations");
    browser.showsAt("start");
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
  void sendsARequestFromTheContractByKeyboard() {
    browser.open(stack.httpAddress() + "/docs");
    By operation = By.cssSelector("#operations-users-createUser .opblock-summary-control");
    browser.find(operation).sendKeys(Keys.ENTER);
    browser.find(By.cssSelector("#operations-users-createUser .execute")).sendKeys(Keys.SPACE);
    browser.awaitText(By.cssSelector("#operations-users-createUser .live-responses-table"), "201");
    browser.showsAt("docs");
    JsonNode users = Http.json(http.get("/users")).path("items");
    assertThat(users.findValuesAsText("email")).contains("grace@example.org");
  }

  @Test
  void reachesEachControlInOrderByTab() {
    assertThat(http.get("/health").statusCode()).isEqualTo(200);
    openConsole();
    browser.awaitText(By.id("buttons"), "List users");
    browser.awaitText(ROWS, "GET /health");
    List<?> controls = (List<?>) browser.run(CONTROLS);
    assertThat(controls).hasSizeGreaterThan(30);
    for (Object control : controls) {
      browser.press(Keys.TAB);
      assertThat(browser.run("return document.activeElement.outerHTML"))
          .as("focus after Tab")
          .isEqualTo(control);
      assertThat(browser.run("return getComputedStyle(document.activeElement).outlineStyle"))
          .as("outline of " + control)
          .isEqualTo("solid");
    }
  }

  @Test
  void usesEachKindOfControlByKeyboard() {
    openConsole();
    browser.find(button("Health")).sendKeys(Keys.SPACE);
    browser.awaitText(ANSWER, "Health: 200");
    browser.awaitText(ROWS, "event: Health");
    browser.find(By.id("pause")).sendKeys(Keys.SPACE);
    assertThat(browser.find(By.id("pause")).isSelected()).isTrue();
    browser.find(By.id("range")).sendKeys(Keys.DOWN);
    browser.awaitText(By.id("axis"), "10 min ago");
    browser.find(By.cssSelector("#requests summary")).sendKeys(Keys.SPACE);
    browser.find(By.cssSelector("#requests pre"));
    browser.press(Keys.ESCAPE);
    assertThat(browser.all(By.cssSelector("#requests details[open]"))).isEmpty();
    assertThat(browser.run("return document.activeElement.tagName")).isEqualTo("SUMMARY");
    browser.find(FILTER).sendKeys("no such request");
    browser.awaitText(By.id("shown"), "0 of ");
    browser.press(Keys.ESCAPE);
    browser.awaitText(ROWS, "event: Health");
  }
}
