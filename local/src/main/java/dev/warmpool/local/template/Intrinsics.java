package dev.warmpool.local.template;

import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Values of CloudFormation's functions on this machine: a parameter is its default, what only a
 * stack knows is {@code local-} and its name. Confined to one reading.
 */
final class Intrinsics {

  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^!}][^}]*)}");

  private static final Map<String, String> PSEUDO =
      Map.of(
          "AWS::Region", "us-east-1",
          "AWS::AccountId", "123456789012",
          "AWS::Partition", "aws",
          "AWS::URLSuffix", "amazonaws.com",
          "AWS::StackName", "local");

  private final Map<String, String> values = new TreeMap<>(PSEUDO);
  private final SortedSet<String> assumed = new TreeSet<>();

  Intrinsics(Node parameters) {
    parameters
        .members()
        .forEach(
            (name, parameter) -> {
              if (!parameter.get("Default").isAbsent()) {
                values.put(name, parameter.get("Default").text(""));
              }
            });
  }

  /** Names that were asked for and have no value of their own. */
  List<String> assumed() {
    return List.copyOf(assumed);
  }

  String text(Node node) {
    if (!node.get("Ref").isAbsent()) {
      return reference(node.get("Ref").text(""));
    }
    if (!node.get("Fn::Sub").isAbsent()) {
      return substituted(node.get("Fn::Sub"));
    }
    if (!node.get("Fn::GetAtt").isAbsent()) {
      Node attribute = node.get("Fn::GetAtt");
      return reference(
          attribute.list().isEmpty()
              ? attribute.text("")
              : String.join(".", attribute.list().stream().map(String::valueOf).toList()));
    }
    if (!node.get("Fn::Join").isAbsent()) {
      List<?> join = node.get("Fn::Join").list();
      return String.join(
          String.valueOf(join.get(0)),
          new Node(join.get(1)).list().stream().map(part -> text(new Node(part))).toList());
    }
    return node.text("");
  }

  private String reference(String name) {
    String value = values.get(name);
    if (value == null) {
      assumed.add(name);
      return "local-" + name;
    }
    return value;
  }

  private String substituted(Node argument) {
    List<?> list = argument.list();
    String text = list.isEmpty() ? argument.text("") : String.valueOf(list.get(0));
    Map<String, Node> own = list.size() < 2 ? Map.of() : new Node(list.get(1)).members();
    return PLACEHOLDER
        .matcher(text)
        .replaceAll(
            match -> {
              String name = match.group(1);
              Node value = own.get(name);
              return Matcher.quoteReplacement(value == null ? reference(name) : text(value));
            });
  }
}
