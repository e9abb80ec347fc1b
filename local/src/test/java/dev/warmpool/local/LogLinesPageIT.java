package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.local.runtime.FunctionRunner;
import dev.warmpool.local.runtime.InvocationResult;
import dev.warmpool.session.testkit.PostgresServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The lines of a cold, a warm and a restored request in docs/operating.md are those that the packed
 * functions write, but for times and ids.
 */
class LogLinesPageIT {

  private static final Path PAGE = Path.of("../docs/operating.md");
  private static final Path REQUEST = Path.of("../events/HttpFunction-list-users.json");

  private static ProjectStack stack(PostgresServer server, String initialization) {
    Map<String, String> variables = new HashMap<>();
    variables.put("AWS_LAMBDA_LOG_FORMAT", "JSON");
    variables.put("WARMPOOL_METRICS", "emf");
    variables.put("POSTGRES_SCHEMA", "app");
    variables.put("LOCAL_INITIALIZATION", initialization);
    return ProjectStack.start(server, variables, template -> template);
  }

  private static List<String> lines(ProjectStack stack) throws IOException, InterruptedException {
    FunctionRunner function = stack.stack().functions().get("HttpFunction");
    InvocationResult result = function.invoke(Files.readAllBytes(REQUEST));
    assertThat(result.text()).contains("\"statusCode\":200");
    return new String(result.logTail(), StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.startsWith("{") && !isOfPriming(line))
        .toList();
  }

  /** The line of the request before the snapshot. */
  private static boolean isOfPriming(String line) {
    return line.contains("\"requestId\":\"priming\"");
  }

  /** Replaces what differs from request to request. */
  private static String constant(String line) {
    return line.replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID")
        .replaceAll("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z", "TIME")
        .replaceAll("\"Timestamp\":\\d+", "\"Timestamp\":MILLIS")
        .replaceAll("\"milliseconds\":\\d+", "\"milliseconds\":MILLIS")
        .replaceAll("1-[0-9a-f]{8}-[0-9a-f]+", "TRACE")
        .replaceAll("in \\d+ ms", "in MILLIS ms")
        .replaceAll("\"AcquireTime\":\\[[\\d.E-]+]", "\"AcquireTime\":[MILLIS]");
  }

  private static List<String> constant(List<String> lines) {
    return lines.stream().map(LogLinesPageIT::constant).toList();
  }

  /** The lines below a heading. */
  private static List<String> page(String heading) throws IOException {
    String page = Files.readString(PAGE);
    String below = page.substring(page.indexOf("\n#### " + heading + "\n"));
    String block = below.substring(below.indexOf("```json\n") + 8);
    return block.substring(0, block.indexOf("```")).lines().toList();
  }

  private static void assertOnPage(String heading, List<String> lines) throws IOException {
    assertThat(constant(page(heading)))
        .as("%s, which wrote%n%s", heading, String.join("\n", lines))
        .isEqualTo(constant(lines));
  }

  @Test
  void showsAColdAndAWarmRequest() throws Exception {
    try (PostgresServer server = PostgresServer.with(Map.of());
        ProjectStack stack = stack(server, "on-demand")) {
      assertOnPage("A cold request", lines(stack));
      assertOnPage("A warm request", lines(stack));
    }
  }

  @Test
  void showsARestoredRequest() throws Exception {
    try (PostgresServer server = PostgresServer.with(Map.of());
        ProjectStack stack = stack(server, "snap-start")) {
      assertOnPage("A restored request", lines(stack));
    }
  }
}
