package dev.warmpool.functions;

import static dev.warmpool.functions.StackTemplate.events;
import static dev.warmpool.functions.StackTemplate.having;
import static dev.warmpool.functions.StackTemplate.map;
import static dev.warmpool.functions.StackTemplate.variables;

import dev.warmpool.functions.Picture.Box;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Draws what template.yaml makes: what invokes each function, its queues and their workers, what
 * connects to the database, and below it the network and the alarms. A box with a broken line is
 * there with some parameters only. Confined to one drawing.
 */
final class StackDiagram {

  private static final int GAP = 18;
  private static final int IN_A_LINE = 3;

  private final StackTemplate stack;
  private final Picture picture = new Picture();
  private final List<Box> connecting = new ArrayList<>();
  private int y = 10;

  private StackDiagram(StackTemplate stack) {
    this.stack = stack;
  }

  /** Returns the picture as SVG. */
  static String of(StackTemplate stack) {
    return new StackDiagram(stack).draw();
  }

  private String draw() {
    stack
        .functions()
        .forEach(
            (name, function) -> {
              if (events(function, "SQS").isEmpty()) {
                row(name, function);
              }
            });
    rolesRow();
    Box database = picture.wide(y, "PostgreSQL", database());
    connecting.forEach(box -> picture.down(box, database));
    y = database.bottom() + GAP;
    y = picture.wide(y, "Network", network()).bottom() + GAP;
    return picture.svg(picture.wide(y, "Operation", operation()).bottom() + 10);
  }

  /** A function that no queue invokes, with its source at the left and its queues at the right. */
  private void row(String name, Map<String, Object> function) {
    int top = y;
    Box source = source(name, function);
    Box box = function(1, top, name, function);
    picture.arrow(source, box);
    y = Math.max(source.bottom(), box.bottom());
    int queueTop = top;
    for (Map.Entry<String, Object> variable : variables(function).entrySet()) {
      if (variable.getKey().endsWith("_QUEUE_URL")) {
        queueTop = queue(box, queueTop, String.valueOf(variable.getValue()));
      }
    }
    for (Map<String, Object> failures : having("OnFailure", function)) {
      String queue = String.valueOf(map(failures.get("OnFailure")).get("Destination"));
      Box failed = queueBox(queueTop, queue.replace(".Arn", ""));
      picture.arrow(box, failed);
      queueTop = failed.bottom() + GAP;
    }
    y = Math.max(y + GAP, queueTop);
  }

  private Box source(String name, Map<String, Object> function) {
    List<String> lines = new ArrayList<>();
    if (String.valueOf(stack.resources("AWS::ApiGatewayV2::Integration"))
        .contains("Name=" + name + "}")) {
      stack.resources("AWS::ApiGatewayV2::Route").values().forEach(r -> lines.add(route(r)));
      return picture.box(0, y, "Api, an HTTP API", lines, false);
    }
    events(function, "ScheduleV2")
        .forEach((event, schedule) -> lines.add(event + ", " + schedule.get("ScheduleExpression")));
    if (!lines.isEmpty()) {
      return picture.box(0, y, "Schedules", lines, false);
    }
    stack
        .resources("Custom::Migration")
        .forEach(
            (resource, properties) -> {
              if (properties.get("ServiceToken").equals(name + ".Arn")) {
                lines.add(resource + ", a custom resource");
              }
            });
    lines.add("direct invocation");
    return picture.box(0, y, lines.size() > 1 ? "Deployment" : "Operator", lines, false);
  }

  private static String route(Map<String, Object> route) {
    if ("NONE".equals(route.get("AuthorizationType"))) {
      return route.get("RouteKey") + ", open";
    }
    Object scopes = route.get("AuthorizationScopes");
    String scope = scopes instanceof List<?> choice ? ", " + choice.get(1) : ", authorized";
    return route.get("RouteKey") + scope.replaceAll("[\\[\\]]", "");
  }

  private Box function(int column, int top, String name, Map<String, Object> function) {
    Object reserved = function.get("ReservedConcurrentExecutions");
    int most = stack.number(reserved);
    int each = variable(function, "POOL_SIZE") + variable(function, "MAX_OVERFLOW");
    Object user = variables(function).getOrDefault("POSTGRES_USER", "PostgresUser");
    Map<String, Object> global = map(map(stack.root().get("Globals")).get("Function"));
    List<String> lines =
        List.of(
            "%s%d × %d connections"
                .formatted(reserved.equals(most) ? "" : reserved + " ", most, each),
            "as " + user,
            "%s s%s"
                .formatted(
                    function.getOrDefault("Timeout", global.get("Timeout")),
                    function.containsKey("SnapStart") ? ", SnapStart" : ""));
    Box box = picture.box(column, top, name, lines, false);
    connecting.add(box);
    return box;
  }

  private static int variable(Map<String, Object> function, String setting) {
    return ((Number) variables(function).getOrDefault(setting, 1)).intValue();
  }

  /** Draws a queue with its worker and its dead letters; returns where the next one begins. */
  private int queue(Box sender, int top, String queue) {
    Box box = queueBox(top, queue);
    picture.arrow(sender, box);
    int bottom = box.bottom();
    for (Map.Entry<String, Map<String, Object>> worker : stack.functions().entrySet()) {
      if (String.valueOf(events(worker.getValue(), "SQS")).contains(queue + ".Arn")) {
        Box drawn = function(3, top, worker.getKey(), worker.getValue());
        picture.arrow(box, drawn);
        bottom = Math.max(bottom, drawn.bottom());
      }
    }
    Map<String, Object> redrive =
        map(stack.resources("AWS::SQS::Queue").get(queue).get("RedrivePolicy"));
    String dead = String.valueOf(redrive.get("deadLetterTargetArn")).replace(".Arn", "");
    Box letters = queueBox(box.bottom() + GAP, dead);
    picture.arrow(box, letters);
    return Math.max(bottom, letters.bottom()) + GAP;
  }

  private Box queueBox(int top, String queue) {
    Map<String, Object> properties = stack.resources("AWS::SQS::Queue").get(queue);
    List<String> lines = new ArrayList<>();
    lines.add("kept %d days".formatted(days(properties)));
    Object attempts = map(properties.get("RedrivePolicy")).get("maxReceiveCount");
    if (attempts != null) {
      lines.add(attempts + " attempts");
    }
    return picture.box(2, top, queue, lines, false);
  }

  private int days(Map<String, Object> queue) {
    return stack.number(queue.get("MessageRetentionPeriod")) / 86_400;
  }

  /** The function that makes the roles of a created database. */
  private void rolesRow() {
    stack
        .resources("Custom::Roles")
        .forEach(
            (resource, properties) -> {
              String function = String.valueOf(properties.get("ServiceToken")).replace(".Arn", "");
              Box source = picture.box(0, y, "Deployment", List.of(resource), true);
              Box box = picture.box(1, y, function, List.of("by the Data API"), true);
              picture.arrow(source, box);
              connecting.add(box);
              y = box.bottom() + GAP;
            });
  }

  private List<String> database() {
    return List.of(
        "that exists, at PostgresHost; with CreateDatabase: "
            + String.join(", ", names("AWS::RDS::")),
        "at most MaxConnections (%d) connections".formatted(stack.number("MaxConnections")));
  }

  private List<String> network() {
    List<String> resources =
        names("AWS::EC2::").stream().map(name -> name + " (" + condition(name) + ")").toList();
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < resources.size(); i += IN_A_LINE) {
      lines.add(String.join(", ", resources.subList(i, Math.min(resources.size(), i + IN_A_LINE))));
    }
    return lines;
  }

  private Object condition(String resource) {
    return map(map(stack.root().get("Resources")).get(resource)).get("Condition");
  }

  private List<String> operation() {
    List<String> lines = new ArrayList<>();
    stack
        .resources("AWS::CloudWatch::Alarm")
        .forEach(
            (name, alarm) ->
                lines.add(
                    "alarm %s: %s"
                        .formatted(
                            name, alarm.get("AlarmDescription").toString().split("\\. See")[0])));
    lines.add("dashboard " + String.join(", ", names("AWS::CloudWatch::Dashboard")));
    lines.add("log groups " + String.join(", ", names("AWS::Logs::")));
    return lines;
  }

  /** The resources of these types. */
  private List<String> names(String types) {
    List<String> names = new ArrayList<>();
    map(stack.root().get("Resources"))
        .forEach(
            (name, resource) -> {
              if (String.valueOf(map(resource).get("Type")).startsWith(types)) {
                names.add(name);
              }
            });
    return names;
  }
}
