package dev.warmpool.functions.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Replaces standard output, so it must not run beside tests that read it. */
class LogLinesTest {

  private static final Map<String, String> JSON = Map.of("AWS_LAMBDA_LOG_FORMAT", "JSON");
  private static final String OWN = "dev.warmpool.functions.Example";

  private final PrintStream standard = System.out;
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();

  @BeforeEach
  void captureOutput() {
    System.setOut(new PrintStream(written, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void restoreOutput() {
    System.setOut(standard);
  }

  private List<String> lines() {
    return written.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private static Logger logger(String name, Map<String, String> environment) {
    LogLevels levels = LogLevels.from(environment);
    return new LambdaLogger(
        name,
        levels.threshold(name),
        LogFormat.from(environment),
        (ThreadFields) MDC.getMDCAdapter());
  }

  private JsonNode only() throws IOException {
    assertThat(lines()).hasSize(1);
    return JsonMapper.builder().build().readTree(lines().get(0));
  }

  @Test
  void isTheLogOfTheFunctions() {
    assertThat(LoggerFactory.getLogger(OWN)).isInstanceOf(LambdaLogger.class);
  }

  @Test
  void textHasLevelLoggerAndMessage() {
    logger(OWN, Map.of()).warn("{} of {}", 1, "two");
    assertThat(lines()).containsExactly("WARN Example - 1 of two");
  }

  @Test
  void textHasTheStackTraceBelow() {
    logger(OWN, Map.of()).error("failed", new IllegalStateException("reason"));
    assertThat(lines())
        .startsWith("ERROR Example - failed", "java.lang.IllegalStateException: reason")
        .hasSizeGreaterThan(2);
  }

  @Test
  void jsonIsOneLineWhateverIsInIt() throws IOException {
    logger(OWN, JSON).error("a \"b\"\n\u2028\u0007{}", "ü", new IllegalStateException("x\ny"));
    JsonNode line = only();
    assertThat(line.path("message").asText()).isEqualTo("a \"b\"\n\u2028\u0007ü");
    assertThat(line.path("level").asText()).isEqualTo("ERROR");
    assertThat(line.path("logger").asText()).isEqualTo(OWN);
    assertThat(Instant.parse(line.path("timestamp").asText())).isBefore(Instant.now());
    assertThat(line.path("errorType").asText()).isEqualTo("java.lang.IllegalStateException");
    assertThat(line.path("errorMessage").asText()).isEqualTo("x\ny");
    assertThat(line.path("stackTrace").asText()).contains("LogLinesTest");
  }

  @Test
  void jsonIsWrittenAlsoForTextThatIsNotWellFormed() throws IOException {
    logger(OWN, JSON).atInfo().addKeyValue("route", "\udc00").log("a\ud800 \ud83d\ude00");
    assertThat(only().path("message").asText()).isEqualTo("a? \ud83d\ude00");
    assertThat(only().path("route").asText()).isEqualTo("?");
  }

  @Test
  void jsonHasTheFieldsOfTheEventAndOfTheInvocation() throws IOException {
    InvocationFields.begin("request-1");
    logger(OWN, JSON)
        .atInfo()
        .addKeyValue("status", 200)
        .addKeyValue("route", "GET /users")
        .addKeyValue("tenant", (Object) null)
        .log("done");
    InvocationFields.end();
    JsonNode line = only();
    assertThat(line.path("status").intValue()).isEqualTo(200);
    assertThat(line.path("route").asText()).isEqualTo("GET /users");
    assertThat(line.has("tenant")).isFalse();
    assertThat(line.path("requestId").asText()).isEqualTo("request-1");
  }

  @Test
  void jsonHasTheTraceOfTheInvocationWhereverTheHeaderNamesIt() throws IOException {
    String header = "com.amazonaws.xray.traceHeader";
    for (String value : List.of("Root=1-2-3", "Root=1-2-3;Sampled=1", "Parent=4;Root=1-2-3")) {
      written.reset();
      System.setProperty(header, value);
      InvocationFields.begin("request-1");
      System.clearProperty(header);
      logger(OWN, JSON).info("done");
      InvocationFields.end();
      assertThat(only().path("traceId").asText()).as(value).isEqualTo("1-2-3");
    }
  }

  /** Lambda takes a line as one event, so that text cannot surround an object. */
  @Test
  void aLineWithJsonMembersIsJsonInEachFormat() throws IOException {
    JsonMembers members = line -> line.number("Sessions", 2);
    for (Map<String, String> environment : List.of(JSON, Map.<String, String>of())) {
      written.reset();
      logger(OWN, environment).atInfo().addKeyValue("metrics", members).log("done");
      assertThat(only().path("message").asText()).isEqualTo("done");
      assertThat(only().path("Sessions").intValue()).isEqualTo(2);
      assertThat(only().has("metrics")).isFalse();
    }
  }

  @Test
  void linesAfterAnInvocationDoNotHaveItsFields() throws IOException {
    InvocationFields.begin("request-1");
    InvocationFields.end();
    logger(OWN, JSON).info("later");
    assertThat(only().has("requestId")).isFalse();
  }

  /** A pool's thread outlives the invocation that started it. */
  @Test
  void linesOfThreadsThatAnInvocationStartsDoNotHaveItsFields()
      throws IOException, InterruptedException {
    InvocationFields.begin("request-1");
    Thread started = new Thread(() -> logger(OWN, JSON).info("later"));
    started.start();
    started.join();
    InvocationFields.end();
    assertThat(only().has("requestId")).isFalse();
  }

  @Test
  void theContextOfTheThreadIsInItsLines() throws IOException {
    MDC.setContextMap(Map.of("order", "1"));
    MDC.put("step", "2");
    assertThat(MDC.getCopyOfContextMap()).containsOnlyKeys("order", "step");
    logger(OWN, JSON).info("done");
    MDC.remove("order");
    assertThat(MDC.get("order")).isNull();
    MDC.clear();
    assertThat(MDC.get("step")).isNull();
    assertThat(only().path("order").asText()).isEqualTo("1");
    assertThat(only().path("step").asText()).isEqualTo("2");
  }

  @Test
  void aLongMessageIsShortened() throws IOException {
    logger(OWN, JSON).info("x".repeat(300_000));
    assertThat(lines().get(0).length()).isLessThan(61_000);
    assertThat(only().path("message").asText()).endsWith("x…");
  }

  @Test
  void levelsAreThoseOfLambdasSetting() {
    for (String level : List.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL", "", "other")) {
      written.reset();
      Map<String, String> environment = Map.of("AWS_LAMBDA_LOG_LEVEL", level);
      Logger own = logger(OWN, environment);
      own.trace("1");
      own.debug("2");
      own.info("3");
      own.warn("4");
      own.error("5");
      int expected =
          switch (level) {
            case "TRACE" -> 5;
            case "DEBUG" -> 4;
            case "WARN" -> 2;
            case "ERROR", "FATAL" -> 1;
            default -> 3;
          };
      assertThat(lines()).as(level).hasSize(expected);
    }
  }

  @Test
  void otherLoggersWriteWarningsAndTheDriversClientNothing() {
    Map<String, String> environment = Map.of("AWS_LAMBDA_LOG_LEVEL", "DEBUG");
    logger("io.netty.Example", environment).info("no");
    logger("io.netty.Example", environment).warn("yes");
    logger("io.r2dbc.postgresql.client.ReactorNettyClient", environment).error("no");
    assertThat(lines()).containsExactly("WARN Example - yes");
  }
}
