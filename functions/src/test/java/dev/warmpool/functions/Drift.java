package dev.warmpool.functions;

import static dev.warmpool.functions.StackTemplate.events;
import static dev.warmpool.functions.StackTemplate.map;
import static dev.warmpool.functions.StackTemplate.variables;

import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.warmpool.functions.testkit.ContractAnswers;
import dev.warmpool.session.settings.SessionSettings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The differences between template.yaml, the code and the contract, one method for each kind, each
 * difference as a message that names the thing. Stateless.
 */
final class Drift {

  /** The maximum of an HTTP API. */
  private static final int INTEGRATION_SECONDS = 30;

  private Drift() {}

  /** Handlers that Lambda cannot create. */
  static List<String> handlers(StackTemplate stack) {
    List<String> faults = new ArrayList<>();
    stack
        .functions()
        .forEach(
            (name, function) -> {
              String handler = String.valueOf(function.get("Handler"));
              if (!isHandler(handler)) {
                faults.add(name + ": the handler " + handler + " is no handler's class");
              }
            });
    return faults;
  }

  private static boolean isHandler(String name) {
    try {
      Object handler = Class.forName(name).getConstructor().newInstance();
      return handler instanceof RequestStreamHandler || handler instanceof RequestHandler;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }

  /** Variables that no code reads. */
  static List<String> settings(StackTemplate stack) {
    List<String> faults = new ArrayList<>();
    unread(stack.globalVariables().keySet(), "Globals", faults);
    stack
        .functions()
        .forEach((name, function) -> unread(variables(function).keySet(), name, faults));
    return faults;
  }

  private static void unread(Set<String> variables, String place, List<String> faults) {
    Set<String> read = new HashSet<>(SessionSettings.VARIABLES);
    read.addAll(Sources.settings());
    for (String variable : variables) {
      if (!read.contains(variable)) {
        faults.add(place + ": no code reads the setting " + variable);
      }
    }
  }

  /** Schedules of unknown jobs, and jobs without a schedule. */
  static List<String> schedules(StackTemplate stack) {
    List<String> faults = new ArrayList<>();
    Set<String> jobs = Sources.jobs();
    Set<String> unscheduled = new HashSet<>(jobs);
    events(stack.functions().get("Cleanup"), "ScheduleV2")
        .forEach(
            (name, schedule) -> {
              String input = String.valueOf(schedule.get("Input"));
              String job = input.replaceFirst(".*\"job\":\"([^\"]*)\".*", "$1");
              unscheduled.remove(job);
              if (!jobs.contains(job)) {
                faults.add(name + ": there is no job " + job);
              }
              if (!String.valueOf(schedule.get("ScheduleExpression"))
                  .matches(
                      "rate\\((1 (minute|hour|day)|(?!1 )\\d+ (minutes|hours|days))\\)|cron\\(.+")) {
                faults.add(name + ": " + schedule.get("ScheduleExpression") + " is no schedule");
              }
            });
    unscheduled.forEach(job -> faults.add("no schedule runs the job " + job));
    return faults;
  }

  /** Routes whose scopes are not those of the contract. */
  static List<String> scopes(StackTemplate stack) {
    List<String> faults = new ArrayList<>();
    stack
        .resources("AWS::ApiGatewayV2::Route")
        .values()
        .forEach(
            route -> {
              String key = String.valueOf(route.get("RouteKey"));
              List<String> contract = contractScopes(key);
              List<String> gateway = templateScopes(route);
              if (!gateway.equals(contract)) {
                faults.add(
                    "%s: the template asks for the scopes %s, the contract for %s"
                        .formatted(key, gateway, contract));
              }
            });
    return faults;
  }

  private static List<String> contractScopes(String route) {
    List<String> scopes = new ArrayList<>();
    var operation = ContractAnswers.read().operations().get(route);
    if (operation != null) {
      operation
          .path("security")
          .forEach(one -> one.path("bearer").forEach(scope -> scopes.add(scope.asText())));
    }
    return scopes;
  }

  private static List<String> templateScopes(Map<String, Object> route) {
    return route.get("AuthorizationScopes") instanceof List<?> condition
        ? ((List<?>) condition.get(1)).stream().map(String::valueOf).toList()
        : List.of();
  }

  /** Time-outs that do not fit to one another. */
  static List<String> timeouts(StackTemplate stack) {
    List<String> faults = new ArrayList<>();
    int http = timeout(stack, "HttpFunction");
    if (http > INTEGRATION_SECONDS) {
      faults.add("HttpFunction: its Timeout %d exceeds the API's 30 s".formatted(http));
    }
    Map<String, Map<String, Object>> alarms = stack.resources("AWS::CloudWatch::Alarm");
    int slow = stack.number(alarms.get("Slow").get("Threshold"));
    if (slow != http * 800) {
      faults.add(
          "Slow: the Threshold %d is not 80 %% of HttpFunction's Timeout %d".formatted(slow, http));
    }
    int service =
        stack.number(
            stack.resources("Custom::Migration").get("MigrateSchemas").get("ServiceTimeout"));
    if (service <= timeout(stack, "Migrate")) {
      faults.add(
          "MigrateSchemas: the ServiceTimeout %d is not above Migrate's Timeout %d"
              .formatted(service, timeout(stack, "Migrate")));
    }
    stack.functions().forEach((name, function) -> visibility(stack, name, function, faults));
    return faults;
  }

  private static int timeout(StackTemplate stack, String function) {
    Map<String, Object> global = map(map(stack.root().get("Globals")).get("Function"));
    return stack.number(
        stack.functions().get(function).getOrDefault("Timeout", global.get("Timeout")));
  }

  private static void visibility(
      StackTemplate stack, String name, Map<String, Object> function, List<String> faults) {
    for (Map<String, Object> source : events(function, "SQS").values()) {
      String queue = queue(source.get("Queue"));
      Map<String, Object> properties = stack.resources("AWS::SQS::Queue").get(queue);
      if (properties != null
          && stack.number(properties.get("VisibilityTimeout")) < 6 * timeout(stack, name)) {
        faults.add(
            "%s: the VisibilityTimeout of %s is less than six times its Timeout"
                .formatted(name, queue));
      }
    }
  }

  /** Environments of workers, and queues that are fed, named or watched in one place only. */
  static List<String> queues(StackTemplate stack) {
    List<String> faults = new ArrayList<>();
    Set<String> queues = stack.resources("AWS::SQS::Queue").keySet();
    stack
        .functions()
        .forEach(
            (name, function) -> {
              variables(function)
                  .forEach(
                      (setting, value) -> {
                        if (setting.endsWith("_URL") && !queues.contains(value)) {
                          faults.add(
                              "%s: %s names %s, which is no queue".formatted(name, setting, value));
                        }
                      });
              events(function, "SQS")
                  .values()
                  .forEach(
                      source -> {
                        if (!queues.contains(queue(source.get("Queue")))) {
                          faults.add(name + ": is fed by " + source.get("Queue") + ", no queue");
                        }
                        int most =
                            stack.number(
                                map(source.get("ScalingConfig")).get("MaximumConcurrency"));
                        if (most > stack.number(function.get("ReservedConcurrentExecutions"))) {
                          faults.add(
                              name + ": MaximumConcurrency exceeds its reserved concurrency");
                        }
                      });
            });
    String alarms = String.valueOf(stack.resources("AWS::CloudWatch::Alarm"));
    for (String queue : queues) {
      if (!alarms.contains(queue + ".QueueName")) {
        faults.add(queue + ": no alarm watches it");
      }
      if (!stack.text().contains("${" + queue + ".QueueName}")) {
        faults.add(queue + ": is not on the dashboard");
      }
    }
    return faults;
  }

  private static String queue(Object reference) {
    return String.valueOf(reference).replace(".Arn", "");
  }
}
