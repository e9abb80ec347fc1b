package dev.warmpool.local.template;

import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Resolves CloudFormation's intrinsic functions. A parameter has its default value unless another
 * one is given; a value that only a deployed stack knows is {@code local-} followed by its name.
 * Confined to one reading.
 */
final class Intrinsics {

  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^!}][^}]*)}");

  private static final Map<String, String> PSEUDO_PARAMETERS =
      Map.of(
          "AWS::Region", "us-east-1",
          "AWS::AccountId", "123456789012",
          "AWS::Partition", "aws",
          "AWS::URLSuffix", "amazonaws.com",
          "AWS::StackName", "local");

  private final Map<String, String> values = new TreeMap<>(PSEUDO_PARAMETERS);
  private final SortedSet<String> assumed = new TreeSet<>();
  private final Conditions conditions;

  Intrinsics(YamlNode template, Map<String, String> parameters) {
    this.conditions = new Conditions(template.get("Conditions"), this::text);
    values.replaceAll(parameters::getOrDefault);
    template
        .get("Parameters")
        .members()
        .forEach(
            (name, parameter) -> {
              String known = parameters.get(name);
              YamlNode value = known == null ? parameter.get("Default") : new YamlNode(known);
              if (!value.isAbsent()) {
                values.put(name, value.text(""));
              }
            });
    template
        .get("Resources")
        .members()
        .forEach((name, resource) -> define(name, resource.get("Type").text("")));
  }

  /** Gives the resources that other ones have to find a value by which they are found. */
  private void define(String name, String type) {
    switch (type) {
      case "AWS::Serverless::Function", "AWS::Lambda::Function" -> {
        String arn = "arn:aws:lambda:us-east-1:123456789012:function:" + name;
        values.put(name, name);
        values.put(name + ".Arn", arn);
        values.put(name + ".Alias", arn + ":live");
      }
      case "AWS::ApiGatewayV2::Integration" -> values.put(name, name);
      default -> {
        // its value is local-NAME
      }
    }
  }

  /** Names that were resolved to {@code local-NAME}. */
  List<String> assumed() {
    return List.copyOf(assumed);
  }

  /** Gives the reference {@code NAME} or {@code NAME.ATTRIBUTE} a value. */
  void assign(String reference, String value) {
    values.put(reference, value);
  }

  /** Whether the template's condition of this name is met. */
  boolean isMet(String condition) {
    return conditions.isMet(condition);
  }

  /** Resolves {@code Fn::If} to the chosen branch; an absent node for {@code AWS::NoValue}. */
  YamlNode chosen(YamlNode node) {
    List<YamlNode> choice = node.get("Fn::If").items();
    if (choice.size() == 3) {
      return chosen(choice.get(isMet(choice.get(0).text("")) ? 1 : 2));
    }
    boolean none = node.get("Ref").text("").equals("AWS::NoValue");
    return none ? new YamlNode(null) : node;
  }

  /** Resolves a value to text. */
  String text(YamlNode argument) {
    YamlNode node = chosen(argument);
    if (!node.get("Ref").isAbsent()) {
      return reference(node.get("Ref").text(""));
    }
    if (!node.get("Fn::Sub").isAbsent()) {
      return substituted(node.get("Fn::Sub"));
    }
    if (!node.get("Fn::GetAtt").isAbsent()) {
      return reference(joined(".", node.get("Fn::GetAtt")));
    }
    List<YamlNode> join = node.get("Fn::Join").items();
    if (join.size() == 2) {
      return joined(text(join.get(0)), join.get(1));
    }
    return other(node);
  }

  /** Joins the elements of a list; a node that is no list is its only element. */
  private String joined(String separator, YamlNode node) {
    return node.items().isEmpty()
        ? text(node)
        : node.items().stream().map(this::text).collect(Collectors.joining(separator));
  }

  /** Resolves plain text, or an intrinsic function that is not supported. */
  private String other(YamlNode node) {
    return node.members().keySet().stream()
        .filter(name -> name.startsWith("Fn::"))
        .findFirst()
        .map(name -> reference(name.substring("Fn::".length())))
        .orElse(node.text(""));
  }

  private String reference(String name) {
    String value = values.get(name);
    if (value == null) {
      assumed.add(name);
      return "local-" + name;
    }
    return value;
  }

  private String substituted(YamlNode argument) {
    List<YamlNode> list = argument.items();
    String text = list.isEmpty() ? argument.text("") : list.get(0).text("");
    Map<String, YamlNode> own = list.size() < 2 ? Map.of() : list.get(1).members();
    return PLACEHOLDER
        .matcher(text)
        .replaceAll(
            match -> {
              String name = match.group(1);
              YamlNode value = own.get(name);
              return Matcher.quoteReplacement(value == null ? reference(name) : text(value));
            })
        .replace("${!", "${");
  }
}
