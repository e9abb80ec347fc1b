package dev.warmpool.local.template;

import dev.warmpool.local.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;

/** Reads a SAM template. Confined to one reading. */
public final class TemplateReader {

  private static final String FUNCTION = "AWS::Serverless::Function";

  /** Types of resources that send events to functions or run some, which are left out. */
  private static final Set<String> UNAPPLIED =
      Set.of(
          "AWS::ApiGateway::RestApi",
          "AWS::CloudFormation::Stack",
          "AWS::Events::Rule",
          "AWS::Lambda::EventSourceMapping",
          "AWS::Lambda::Function",
          "AWS::Lambda::Url",
          "AWS::SNS::Subscription",
          "AWS::Scheduler::Schedule",
          "AWS::Serverless::Application",
          "AWS::Serverless::StateMachine");

  private final YamlNode root;
  private final Intrinsics intrinsics;
  private final List<FunctionDefinition> found = new ArrayList<>();
  private final FunctionReader functions;
  private final HttpApiReader api;
  private final RestApiReader rest;
  private final QueueReader queues;
  private final AsynchronousReader asynchronous;
  private final ScheduleReader schedules;
  private final List<String> unapplied = new ArrayList<>();

  private TemplateReader(Path folder, YamlNode root, Map<String, String> parameters) {
    this.root = root;
    this.intrinsics = new Intrinsics(root, parameters);
    this.api = new HttpApiReader(intrinsics, root.get("Globals"));
    this.rest = new RestApiReader(intrinsics, root.get("Globals"));
    this.functions = new FunctionReader(folder, root.get("Globals"), intrinsics);
    this.schedules = new ScheduleReader(intrinsics);
    this.queues = new QueueReader(intrinsics);
    this.asynchronous = new AsynchronousReader(intrinsics, queues);
  }

  /**
   * Reads a template.
   *
   * @param parameters values of the template's parameters that have others than their defaults;
   *     names that the template does not have are ignored
   * @throws StartupException if the file cannot be read, is invalid, or has no function
   */
  public static Template read(Path file, Map<String, String> parameters) {
    try {
      YamlNode root = CloudFormationYaml.read(Files.readString(file));
      return new TemplateReader(file.toAbsolutePath().getParent(), root, parameters).template(file);
    } catch (IOException e) {
      throw new StartupException(
          file
              + " cannot be read: start in the folder that has template.yaml, or name it by"
              + " --template",
          e);
    } catch (YAMLException e) {
      throw new StartupException(file + " is not valid YAML: " + where(e), e);
    }
  }

  private static String where(YAMLException e) {
    return e instanceof MarkedYAMLException marked
        ? "line " + (marked.getProblemMark().getLine() + 1) + ": " + marked.getProblem()
        : String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private Template template(Path file) {
    Map<String, YamlNode> resources = root.get("Resources").members();
    resources.values().removeIf(resource -> !isWanted(resource));
    resources.forEach(this::define);
    resources.forEach(this::defineAsynchronous);
    resources.forEach(this::resource);
    unapplied.addAll(functions.notes());
    unapplied.addAll(api.notes());
    unapplied.addAll(rest.notes());
    unapplied.addAll(queues.notes());
    rejectFaults(file);
    return new Template(
        found,
        routes(),
        api.cors(),
        schedules.schedules(),
        queues.queues(),
        queueEvents(),
        asynchronous.functions(),
        List.copyOf(unapplied),
        intrinsics.assumed());
  }

  private void rejectFaults(Path file) {
    if (!functions.faults().isEmpty()) {
      throw new StartupException(file + ": " + String.join("; ", functions.faults()));
    }
    if (found.isEmpty()) {
      throw new StartupException(
          file
              + " has no Java function of type AWS::Serverless::Function: nothing to run"
              + (unapplied.isEmpty() ? "" : "; not run: " + String.join(", ", unapplied)));
    }
  }

  /** The routes of functions that run here. Of those with the same key, the first counts. */
  private List<RouteDefinition> routes() {
    Map<String, RouteDefinition> routes = new LinkedHashMap<>();
    Stream.concat(api.routes().stream(), rest.routes().stream())
        .filter(route -> isFound(route.function()))
        .forEach(
            route -> {
              RouteDefinition first = routes.putIfAbsent(route.key(), route);
              if (first != null) {
                unapplied.add(
                    "%s of %s, which %s has too"
                        .formatted(route.key(), route.function(), first.function()));
              }
            });
    return List.copyOf(routes.values());
  }

  private boolean isFound(String function) {
    return found.stream().anyMatch(one -> one.name().equals(function));
  }

  private List<QueueEventDefinition> queueEvents() {
    List<QueueEventDefinition> events = new ArrayList<>();
    for (QueueEventDefinition event : queues.events()) {
      if (queues.queues().stream().anyMatch(queue -> queue.arn().equals(event.queue()))) {
        events.add(event);
      } else {
        unapplied.add(
            "%s.%s of the queue %s, which is not in the template"
                .formatted(event.function(), event.name(), event.queue()));
      }
    }
    return events;
  }

  private boolean isWanted(YamlNode resource) {
    YamlNode condition = resource.get("Condition");
    return condition.isAbsent() || intrinsics.isMet(condition.text(""));
  }

  /** Other resources may refer to a queue or an API before it. */
  private void define(String name, YamlNode resource) {
    switch (resource.get("Type").text("")) {
      case "AWS::SQS::Queue" -> queues.define(name, resource.get("Properties"));
      case "AWS::Serverless::Api" -> rest.define(name, resource.get("Properties"));
      default -> {
        // no resource refers to it by a value that is known here
      }
    }
  }

  /** May add queues, to which other resources may refer. */
  private void defineAsynchronous(String name, YamlNode resource) {
    if (resource.get("Type").text("").equals(FUNCTION)) {
      YamlNode properties = resource.get("Properties");
      asynchronous.function(
          name,
          properties
              .get("EventInvokeConfig")
              .over(root.get("Globals").get("Function").get("EventInvokeConfig")),
          functions.property(properties, "DeadLetterQueue"));
    }
  }

  private void resource(String name, YamlNode resource) {
    YamlNode properties = resource.get("Properties");
    switch (resource.get("Type").text("")) {
      case FUNCTION -> function(name, properties);
      case "AWS::Serverless::HttpApi", "AWS::ApiGatewayV2::Api" -> api.api(name, properties);
      case "AWS::ApiGatewayV2::Integration" -> api.integration(name, properties);
      case "AWS::ApiGatewayV2::Route" -> api.route(properties);
      case "AWS::SQS::Queue" -> queues.queue(name, properties);
      default -> other(name, resource);
    }
  }

  private void other(String name, YamlNode resource) {
    String type = resource.get("Type").text("");
    if (UNAPPLIED.contains(type)) {
      unapplied.add("%s of type %s".formatted(name, type));
    }
  }

  private void function(String name, YamlNode properties) {
    Optional<FunctionDefinition> function = functions.function(name, properties);
    if (function.isPresent()) {
      found.add(function.get());
      properties.get("Events").members().forEach((event, node) -> event(name, event, node));
    }
  }

  private void event(String function, String name, YamlNode event) {
    YamlNode properties = event.get("Properties");
    String type = event.get("Type").text("");
    switch (type) {
      case "SQS" -> queues.event(function, name, properties);
      case "HttpApi" -> api.route(function, properties);
      case "Api" -> rest.route(function, properties);
      case "Schedule", "ScheduleV2" -> schedules.schedule(function, name, type, properties);
      default -> unapplied.add("%s.%s of type %s".formatted(function, name, type));
    }
  }
}
