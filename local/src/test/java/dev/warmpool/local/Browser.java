package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A headless Chromium with a profile of its own. Skips the test if Chromium is not installed. */
final class Browser implements AutoCloseable {

  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
  private static final Path SCREENSHOTS = Path.of("target/screenshots");
  private static final boolean SOAK = Integer.getInteger("counts", 1) > 1;
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final Path profile;
  private final ChromeDriver driver;

  private Browser(Path profile, String... arguments) {
    this.profile = profile;
    ChromeOptions options = new ChromeOptions();
    options.setBinary(CHROMIUM.toFile());
    options.addArguments(
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--window-size=1280,1500",
        "--user-data-dir=" + profile);
    options.addArguments(arguments);
    LoggingPreferences logging = new LoggingPreferences();
    logging.enable(LogType.BROWSER, Level.ALL);
    options.setCapability("goog:loggingPrefs", logging);
    this.driver =
        new ChromeDriver(
            new ChromeDriverService.Builder()
                .usingDriverExecutable(DRIVER.toFile())
                .usingAnyFreePort()
                .build(),
            options);
  }

  /** Starts it with these arguments of its command line. */
  static Browser start(String... arguments) {
    Assumptions.assumeTrue(
        Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER),
        "%s or %s is missing: apt install chromium chromium-driver".formatted(CHROMIUM, DRIVER));
    try {
      return new Browser(Files.createTempDirectory("chromium"), arguments);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void open(String address) {
    driver.get(address);
  }

  /** Opens a tab and goes to it; the others are hidden from then on. */
  void newTab() {
    driver.switchTo().newWindow(WindowType.TAB);
  }

  /** Goes to the tab of this number, in the order in which they were opened. */
  void goToTab(int number) {
    driver.switchTo().window(List.copyOf(driver.getWindowHandles()).get(number));
  }

  /** Closes all tabs but the first. */
  void closeTabs() {
    List<String> tabs = List.copyOf(driver.getWindowHandles());
    tabs.subList(1, tabs.size()).forEach(tab -> driver.switchTo().window(tab).close());
    driver.switchTo().window(tabs.get(0));
  }

  /** Emulates the preferred colour scheme, {@code light} or {@code dark}. */
  void prefer(String scheme) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  /** Waits for an element and returns the first. */
  WebElement find(By by) {
    return Awaitility.await()
        .atMost(TIMEOUT)
        .until(() -> driver.findElements(by).stream().findFirst(), found -> found.isPresent())
        .orElseThrow();
  }

  List<WebElement> all(By by) {
    return driver.findElements(by);
  }

  /** Waits until an element contains a text. */
  void awaitText(By by, String part) {
    Awaitility.await()
        .atMost(TIMEOUT)
        .untilAsserted(
            () ->
                assertThat(driver.findElements(by).stream().map(WebElement::getText))
                    .anyMatch(text -> text.contains(part)));
  }

  /** Emulates a window of this size. */
  void resize(int width, int height) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
  }

  /**
   * Pictures of the page in a small and dark and in a large and light window, in which axe-core
   * finds nothing; with {@code -Psoak} in each of three widths, light and dark.
   */
  void showsAt(String page) {
    if (SOAK) {
      for (int width : new int[] {360, 800, 1_400}) {
        showsAt(page, "light", width);
        showsAt(page, "dark", width);
      }
    } else {
      showsAt(page, "light", 1_400);
      showsAt(page, "dark", 360);
    }
    prefer("light");
    resize(1_280, 1_500);
  }

  /** A picture of the page in this width, in which axe-core finds nothing. */
  void showsAt(String page, String scheme, int width) {
    prefer(scheme);
    resize(width, 700);
    Object height = run("return document.documentElement.scrollHeight");
    resize(width, ((Number) height).intValue());
    String name = "%s-%s-%d".formatted(page, scheme, width);
    screenshot(name);
    assertThat(run("return document.documentElement.scrollWidth"))
        .as(name + " is no wider than its window")
        .isEqualTo((long) width);
    assertThat(axe()).as(name).isEmpty();
  }

  /** Faults that axe-core finds on the page, one line each. */
  List<String> axe() {
    try (InputStream script = Browser.class.getResourceAsStream("/axe.min.js")) {
      driver.executeScript(new String(script.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Object found =
        driver.executeAsyncScript(
            "const done = arguments[0];"
                + "axe.run(document, {resultTypes: ['violations']}).then(r => done("
                + "r.violations.flatMap(v => v.nodes.map(n => v.id + ': ' + n.html))))");
    return ((List<?>) found).stream().map(String::valueOf).toList();
  }

  /** Presses keys in the element that has the focus. */
  void press(CharSequence... keys) {
    driver.switchTo().activeElement().sendKeys(keys);
  }

  Object run(String script) {
    return driver.executeScript(script);
  }

  /** Warnings and errors in the browser's console since the last call. */
  List<String> faults() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
        .map(LogEntry::getMessage)
        .toList();
  }

  /** Writes a screenshot into {@code target/screenshots}. */
  void screenshot(String name) {
    keep(name, driver.getScreenshotAs(OutputType.BYTES));
  }

  /** As {@link #screenshot}, in a small file. */
  void smallScreenshot(String name) {
    try {
      keep(name, SmallPicture.of(driver.getScreenshotAs(OutputType.BYTES)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void keep(String name, byte[] png) {
    try {
      Files.createDirectories(SCREENSHOTS);
      Files.write(SCREENSHOTS.resolve(name + ".png"), png);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    driver.quit();
    try (Stream<Path> files = Files.walk(profile)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
