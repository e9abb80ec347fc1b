package dev.warmpool.functions.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.warmpool.functions.log.JsonLine;
import dev.warmpool.session.ObservedSession;
import dev.warmpool.session.SessionOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EmbeddedMetricsTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static Figures figures(Metric... counted) {
    Figures figures = new Figures();
    List.of(counted).forEach(figures::count);
    return figures;
  }

  private static JsonNode line(Figures figures) throws IOException {
    JsonLine line = new JsonLine();
    new EmbeddedMetrics("api", 1_767_225_600_000L, figures).write(line);
    byte[] bytes = line.bytes();
    assertThat(bytes.length).isLessThan(8_192);
    return JSON.readTree(bytes);
  }

  /** The rules of the embedded metric format's specification. */
  @Test
  void isInTheEmbeddedMetricFormat() throws IOException {
    Figures figures = figures(Metric.values());
    IntStream.range(0, 150).forEach(wait -> figures.waited(Duration.ofNanos(1_002_003_999)));
    IntStream.range(0, 3).forEach(trip -> figures.roundTrip());
    JsonNode line = line(figures);
    assertThat(line.path("_aws").path("Timestamp").isIntegralNumber()).isTrue();
    JsonNode directives = line.path("_aws").path("CloudWatchMetrics");
    assertThat(directives).hasSize(1);
    assertThat(directives.get(0).path("Namespace").asText()).isEqualTo("Warmpool");
    JsonNode dimensions = directives.get(0).path("Dimensions");
    assertThat(dimensions.toString()).isEqualTo("[[\"FunctionName\"]]");
    assertThat(line.path("FunctionName").asText()).isEqualTo("api");
    JsonNode metrics = directives.get(0).path("Metrics");
    assertThat(metrics.size()).isBetween(1, 100);
    for (JsonNode metric : metrics) {
      JsonNode value = line.path(metric.path("Name").asText());
      assertThat(value.isNumber() || value.isArray() && value.size() <= 100)
          .as(metric.toString())
          .isTrue();
      assertThat(metric.path("Unit").asText()).isIn("Count", "Milliseconds");
    }
    assertThat(line.path("roundTrips").intValue()).isEqualTo(3);
    assertThat(line.path("AcquireTime").toString()).startsWith("[1002.003,1002.003,");
  }

  @Test
  void keepsNoMoreWaitsThanALineMayHave() {
    SessionCounts counts = new SessionCounts();
    ObservedSession session = new ObservedSession(1, SessionOptions.standard());
    for (int i = 0; i < 150; i++) {
      counts.waited(session, Duration.ofMillis(1));
    }
    assertThat(counts.take().waits()).hasSize(100);
    assertThat(counts.take().waits()).isEmpty();
  }

  @Test
  void namesNoMetricWithoutAValue() throws IOException {
    JsonNode line = line(figures(Metric.SESSIONS, Metric.SESSIONS));
    assertThat(line.path("Sessions").intValue()).isEqualTo(2);
    JsonNode metrics = line.path("_aws").path("CloudWatchMetrics").get(0).path("Metrics");
    assertThat(metrics.toString()).isEqualTo("[{\"Name\":\"Sessions\",\"Unit\":\"Count\"}]");
    assertThat(line.has("AcquireTime")).isFalse();
    assertThat(line(figures()).path("_aws").path("CloudWatchMetrics").get(0).path("Metrics"))
        .isEmpty();
  }

  /** An alarm on a metric that is never written would never ring. */
  @Test
  void templateAndPageNameTheMetricsThatAreWritten() throws IOException {
    TreeSet<String> written = new TreeSet<>(List.of(EmbeddedMetrics.ACQUIRE_TIME));
    Stream.of(Metric.values()).map(Metric::title).forEach(written::add);
    String template = Files.readString(Path.of("../template.yaml"));
    assertThat(named(template, "Namespace: Warmpool, MetricName: (\\w+)")).isSubsetOf(written);
    assertThat(named(template, "Namespace: Warmpool\\s+MetricName: (\\w+)"))
        .isNotEmpty()
        .isSubsetOf(written);
    assertThat(named(template, "\\[\"Warmpool\", \"(\\w+)\"")).isNotEmpty().isSubsetOf(written);
    String page = Files.readString(Path.of("../docs/operating.md"));
    String table = page.substring(page.indexOf("| metric |"), page.indexOf("In a **storm**"));
    assertThat(named(table, "(?m)^\\| `(\\w+)` \\|")).isEqualTo(written);
  }

  private static TreeSet<String> named(String text, String pattern) {
    TreeSet<String> names = new TreeSet<>();
    Pattern.compile(pattern).matcher(text).results().forEach(match -> names.add(match.group(1)));
    return names;
  }

  /** A link in an alarm has to lead to its paragraph. */
  @Test
  void eachAlarmHasAParagraph() throws IOException {
    String page = Files.readString(Path.of("../docs/operating.md"));
    TreeSet<String> sections =
        named(
            Files.readString(Path.of("../template.yaml")),
            "See docs/operating.md, section ([\\w ]+)\"");
    assertThat(sections).hasSize(8).allMatch(section -> page.contains("\n### " + section + "\n"));
  }
}
