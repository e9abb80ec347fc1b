package dev.warmpool.local.template;

import dev.warmpool.local.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.yaml.snakeyaml.error.YAMLException;

/** Reads a SAM template. Confined to one reading. */
public final class TemplateReader {

  private static final int DEFAULT_TIMEOUT = 3;
  private static final int DEFAULT_MEMORY = 128;

  private final Path folder;
  private final Node root;
  private final Intrinsics intrinsics;
  private final List<FunctionDefinition> functions = new ArrayList<>();
  private final List<RouteDefinition> routes = new ArrayList<>();
  private final List<ScheduleDefinition> schedules = new ArrayList<>();

  private TemplateReader(Path folder, Node root) {
    this.folder = folder;
    this.root = root;
    this.intrinsics = new Intrinsics(root.get("Parameters"));
  }

  /**
   * Reads the file.
   *
   * @throws StartupException where it cannot be read or has no function
   */
  public static Template read(Path file) {
    try {
      Node root = Yaml.read(Files.readString(file));
      return new TemplateReader(file.toAbsolutePath().getParent(), root).template(file);
    } catch (IOException e) {
      throw new StartupException(
          file + " cannot be read: start in the folder that has template.yaml", e);
    } catch (YAMLException e) {
      String first = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new StartupException(file + " is not valid YAML: " + first, e);
    }
  }

  private Template template(Path file) {
    root.get("Resources")
        .members()
        .forEach(
            (name, resource) -> {
              if (resource.get("Type").text("").equals("AWS::Serverless::Function")) {
                function(name, resource.get("Properties"));
              }
            });
    if (functions.isEmpty()) {
      throw new StartupException(
          file + " has no resource of type AWS::Serverless::Function: nothing to run");
    }
    return new Template(functions, routes, schedules, intrinsics.assumed());
  }

  private void function(String name, Node properties) {
    functions.add(
        new FunctionDefinition(
            name,
            property(properties, "Handler").text(""),
            folder.resolve(property(properties, "CodeUri").text("")),
            environment(properties),
            property(properties, "Timeout").number(DEFAULT_TIMEOUT),
            property(properties, "MemorySize").number(DEFAULT_MEMORY)));
    properties.get("Events").members().forEach((event, node) -> event(name, event, node));
  }

  /** A function's own property, or the one all functions have. */
  private Node property(Node properties, String name) {
    Node own = properties.get(name);
    return own.isAbsent() ? root.get("Globals").get("Function").get(name) : own;
  }

  private Map<String, String> environment(Node properties) {
    Map<String, Node> variables = new LinkedHashMap<>();
    variables.putAll(variables(root.get("Globals").get("Function")));
    variables.putAll(variables(properties));
    Map<String, String> environment = new LinkedHashMap<>();
    variables.forEach((name, value) -> environment.put(name, intrinsics.text(value)));
    return environment;
  }

  private static Map<String, Node> variables(Node function) {
    return function.get("Environment").get("Variables").members();
  }

  private void event(String function, String name, Node event) {
    Node properties = event.get("Properties");
    switch (event.get("Type").text("")) {
      case "HttpApi" ->
          routes.add(
              new RouteDefinition(
                  properties.get("Method").text("ANY").toUpperCase(Locale.ROOT),
                  properties.get("Path").text("$default"),
                  function));
      case "Schedule" -> schedules.add(schedule(function, name, properties, "Schedule"));
      case "ScheduleV2" ->
          schedules.add(schedule(function, name, properties, "ScheduleExpression"));
      default -> {
        // what nothing local fires is left to AWS
      }
    }
  }

  private ScheduleDefinition schedule(
      String function, String name, Node properties, String expression) {
    Node input = properties.get("Input");
    return new ScheduleDefinition(
        name,
        function,
        intrinsics.text(properties.get(expression)),
        input.isAbsent() ? null : intrinsics.text(input),
        expression.equals("ScheduleExpression"));
  }
}
