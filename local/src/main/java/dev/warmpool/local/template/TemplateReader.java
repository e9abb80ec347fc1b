package dev.warmpool.local.template;

import dev.warmpool.local.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;

/** Reads a SAM template. Confined to one reading. */
public final class TemplateReader {

  private static final String FUNCTION = "AWS::Serverless::Function";
  private static final int DEFAULT_TIMEOUT = 3;
  private static final int DEFAULT_MEMORY = 128;

  private final Path folder;
  private final YamlNode root;
  private final Intrinsics intrinsics;
  private final List<FunctionDefinition> functions = new ArrayList<>();
  private final HttpApiReader api;
  private final QueueReader queues;
  private final AsynchronousReader asynchronous;
  private final ScheduleReader schedules;
  private final List<String> unapplied = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();

  private TemplateReader(Path folder, YamlNode root, Map<String, String> parameters) {
    this.folder = folder;
    this.root = root;
    this.intrinsics = new Intrinsics(root, parameters);
    this.api = new HttpApiReader(intrinsics, root.get("Globals"));
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
          file + " cannot be read: start in the folder that has template.yaml", e);
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
    resources.forEach(this::defineQueue);
    resources.forEach(this::defineAsynchronous);
    resources.forEach(this::resource);
    if (functions.isEmpty()) {
      throw new StartupException(
          file + " has no resource of type AWS::Serverless::Function: nothing to run");
    }
    if (!faults.isEmpty()) {
      throw new StartupException(file + ": " + String.join("; ", faults));
    }
    unapplied.addAll(queues.notes());
    return new Template(
        functions,
        api.routes(),
        api.cors(),
        schedules.schedules(),
        queues.queues(),
        queues.events(),
        asynchronous.functions(),
        unapplied,
        intrinsics.assumed());
  }

  private boolean isWanted(YamlNode resource) {
    YamlNode condition = resource.get("Condition");
    return condition.isAbsent() || intrinsics.isMet(condition.text(""));
  }

  /** Other resources may refer to a queue before it. */
  private void defineQueue(String name, YamlNode resource) {
    if (resource.get("Type").text("").equals("AWS::SQS::Queue")) {
      queues.define(name, resource.get("Properties"));
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
          property(properties, "DeadLetterQueue"));
    }
  }

  private void resource(String name, YamlNode resource) {
    YamlNode properties = resource.get("Properties");
    switch (resource.get("Type").text("")) {
      case FUNCTION -> function(name, properties);
      case "AWS::Serverless::HttpApi", "AWS::ApiGatewayV2::Api" -> api.api(properties);
      case "AWS::ApiGatewayV2::Integration" -> api.integration(name, properties);
      case "AWS::ApiGatewayV2::Route" -> api.route(properties);
      case "AWS::SQS::Queue" -> queues.queue(name, properties);
      default -> {
        // other resources are not run locally
      }
    }
  }

  private void function(String name, YamlNode properties) {
    functions.add(
        new FunctionDefinition(
            name,
            required(name, properties, "Handler"),
            folder.resolve(required(name, properties, "CodeUri")).normalize(),
            environment(properties),
            number(name, properties, "Timeout").orElse(DEFAULT_TIMEOUT),
            number(name, properties, "MemorySize").orElse(DEFAULT_MEMORY),
            number(name, properties, "ReservedConcurrentExecutions")));
    properties.get("Events").members().forEach((event, node) -> event(name, event, node));
  }

  /** A property of the function, or else of {@code Globals}. */
  private YamlNode property(YamlNode properties, String name) {
    YamlNode own = intrinsics.chosen(properties.get(name));
    return own.isAbsent() ? intrinsics.chosen(root.get("Globals").get("Function").get(name)) : own;
  }

  private String required(String function, YamlNode properties, String name) {
    String value = intrinsics.text(property(properties, name));
    if (value.isBlank()) {
      faults.add(function + " has no " + name);
    }
    return value;
  }

  private OptionalInt number(String function, YamlNode properties, String name) {
    YamlNode node = property(properties, name);
    if (node.isAbsent()) {
      return OptionalInt.empty();
    }
    String text = intrinsics.text(node);
    try {
      return OptionalInt.of(Integer.parseInt(text));
    } catch (NumberFormatException e) {
      faults.add("%s of %s is '%s': must be a whole number".formatted(name, function, text));
      return OptionalInt.empty();
    }
  }

  private Map<String, String> environment(YamlNode properties) {
    Map<String, YamlNode> variables = new LinkedHashMap<>();
    variables.putAll(variables(root.get("Globals").get("Function")));
    variables.putAll(variables(properties));
    Map<String, String> environment = new LinkedHashMap<>();
    variables.forEach(
        (name, value) -> {
          if (!intrinsics.chosen(value).isAbsent()) {
            environment.put(name, intrinsics.text(value));
          }
        });
    return environment;
  }

  private static Map<String, YamlNode> variables(YamlNode function) {
    return function.get("Environment").get("Variables").members();
  }

  private void event(String function, String name, YamlNode event) {
    YamlNode properties = event.get("Properties");
    String type = event.get("Type").text("");
    switch (type) {
      case "SQS" -> queues.event(function, name, properties);
      case "HttpApi" -> api.route(function, properties);
      case "Schedule", "ScheduleV2" -> schedules.schedule(function, name, type, properties);
      default -> unapplied.add("%s.%s of type %s".formatted(function, name, type));
    }
  }
}
