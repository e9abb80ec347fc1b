package dev.warmpool.functions;

import static dev.warmpool.functions.StackTemplate.having;
import static dev.warmpool.functions.StackTemplate.variables;

import dev.warmpool.functions.metrics.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The differences between the alarms, the dashboard and the concurrency of template.yaml, the
 * metrics that the code writes, and the pages of docs/. Stateless.
 */
final class OperationDrift {

  /** The metrics of AWS that alarms may name; the case counts. */
  private static final Set<String> OF_AWS =
      Set.of(
          "AWS/ApiGateway 4xx",
          "AWS/ApiGateway 5xx",
          "AWS/ApiGateway Count",
          "AWS/ApiGateway Latency",
          "AWS/Lambda ConcurrentExecutions",
          "AWS/Lambda Duration",
          "AWS/Lambda Errors",
          "AWS/Lambda Throttles",
          "AWS/RDS DatabaseConnections",
          "AWS/SQS ApproximateAgeOfOldestMessage",
          "AWS/SQS ApproximateNumberOfMessagesVisible");

  private static final Pattern WIDGET = Pattern.compile("\\[\"([\\w/]+)\", \"(\\w+)\", \"(\\w+)\"");

  /** With another one, a metric has no values and its alarm never rings. */
  private static final Map<String, String> DIMENSIONS =
      Map.of(
          "AWS/ApiGateway", "ApiId",
          "AWS/Lambda", "FunctionName",
          "AWS/RDS", "DBClusterIdentifier",
          "AWS/SQS", "QueueName",
          "Warmpool", "FunctionName");

  /** What an alarm's paragraph says of a threshold that has no unit. */
  private static final Map<String, String> PHRASES =
      Map.of(
          "ErrorRate", "More than %d %%",
          "Replays", "More than %d sessions a minute",
          "Connections", "More than %d %% of `MaxConnections`");

  private OperationDrift() {}

  /** Metrics of alarms and of the dashboard that nothing writes. */
  static List<String> metrics(StackTemplate stack) {
    Set<String> written = new TreeSet<>(OF_AWS);
    written.add("Warmpool AcquireTime");
    Stream.of(Metric.values()).forEach(metric -> written.add("Warmpool " + metric.title()));
    List<String> faults = new ArrayList<>();
    stack
        .resources("AWS::CloudWatch::Alarm")
        .forEach(
            (name, alarm) -> {
              for (Map<String, Object> metric : having("MetricName", alarm)) {
                Used used =
                    new Used(
                        String.valueOf(metric.get("Namespace")),
                        String.valueOf(metric.get("MetricName")),
                        dimensions(metric));
                used.check(written, name, faults);
              }
            });
    WIDGET
        .matcher(stack.text())
        .results()
        .map(match -> new Used(match.group(1), match.group(2), match.group(3)))
        .forEach(used -> used.check(written, "Dashboard", faults));
    return faults;
  }

  private static String dimensions(Map<String, Object> metric) {
    return having("Name", metric.get("Dimensions")).stream()
        .map(dimension -> String.valueOf(dimension.get("Name")))
        .collect(Collectors.joining(", "));
  }

  /** A metric as an alarm or the dashboard names it. */
  private record Used(String namespace, String name, String dimension) {

    void check(Set<String> written, String user, List<String> faults) {
      String title = namespace + " " + name;
      String expected = DIMENSIONS.get(namespace);
      if (!written.contains(title)) {
        faults.add(user + ": there is no metric " + title);
      } else if (!dimension.equals(expected)) {
        faults.add(
            "%s: %s has the dimension %s, not %s".formatted(user, title, expected, dimension));
      }
    }
  }

  /** Alarms whose paragraph in docs/operating.md is missing or says another threshold. */
  static List<String> limits(StackTemplate stack, String page) {
    List<String> faults = new ArrayList<>();
    stack
        .resources("AWS::CloudWatch::Alarm")
        .forEach(
            (name, alarm) -> {
              String section =
                  String.valueOf(alarm.get("AlarmDescription")).replaceFirst(".*section ", "");
              int start = page.indexOf("\n### " + section + "\n");
              if (start < 0) {
                faults.add(name + ": docs/operating.md has no section " + section);
                return;
              }
              int end = page.indexOf("\n#", start + 1);
              String phrase = phrase(name, stack.number(alarm.get("Threshold")));
              if (!page.substring(start, end).contains(phrase)) {
                faults.add(
                    "%s: docs/operating.md, section %s, does not say: %s"
                        .formatted(name, section, phrase));
              }
            });
    return faults;
  }

  private static String phrase(String alarm, int threshold) {
    return switch (alarm) {
      case "Slow" -> "exceeds " + threshold / 1_000 + " s";
      case "OldMessages" -> "waited for " + threshold / 60 + " minutes";
      default -> PHRASES.getOrDefault(alarm, "").formatted(threshold);
    };
  }

  /** Functions whose share of the connections docs/sizing.md does not show. */
  static List<String> concurrency(StackTemplate stack, String page) {
    List<String> faults = new ArrayList<>();
    int all = 0;
    int reserved = 0;
    for (Map.Entry<String, Map<String, Object>> function : stack.functions().entrySet()) {
      int environments =
          stack.number(function.getValue().getOrDefault("ReservedConcurrentExecutions", 0));
      int each =
          variable(function.getValue(), "POOL_SIZE")
              + variable(function.getValue(), "MAX_OVERFLOW");
      all += environments * each;
      reserved += environments;
      String row =
          "| `%s` | %d | %d | %d |"
              .formatted(function.getKey(), environments, each, environments * each);
      if (!page.contains(row)) {
        faults.add("docs/sizing.md lacks " + row);
      }
    }
    String sum = "| all | | | %d of %d |".formatted(all, stack.number("MaxConnections") - 10);
    if (!page.contains(sum)) {
      faults.add("docs/sizing.md lacks " + sum);
    }
    String sentence = "reserve %d concurrent executions".formatted(reserved);
    if (!page.contains(sentence)) {
      faults.add("docs/sizing.md does not say: " + sentence);
    }
    return faults;
  }

  /** Both settings are 1 where they are not set. */
  private static int variable(Map<String, Object> function, String setting) {
    return ((Number) variables(function).getOrDefault(setting, 1)).intValue();
  }
}
