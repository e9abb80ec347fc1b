package dev.warmpool.local.template;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Evaluates the template's conditions with this machine's values. Confined to one reading. */
final class Conditions {

  private final Map<String, YamlNode> named;
  private final Function<YamlNode, String> values;

  /**
   * Creates the conditions of a template.
   *
   * @param conditions the template's section {@code Conditions}
   * @param values resolves the operands of {@code Fn::Equals} to text
   */
  Conditions(YamlNode conditions, Function<YamlNode, String> values) {
    this.named = conditions.members();
    this.values = values;
  }

  /** Whether the condition of this name is met; an unknown condition is not. */
  boolean isMet(String name) {
    return isMet(named.getOrDefault(name, new YamlNode(null)));
  }

  private boolean isMet(YamlNode condition) {
    if (!condition.get("Condition").isAbsent()) {
      return isMet(condition.get("Condition").text(""));
    }
    if (!condition.get("Fn::Not").isAbsent()) {
      return !isMet(condition.get("Fn::Not").items().get(0));
    }
    if (!condition.get("Fn::And").isAbsent()) {
      return condition.get("Fn::And").items().stream().allMatch(this::isMet);
    }
    if (!condition.get("Fn::Or").isAbsent()) {
      return condition.get("Fn::Or").items().stream().anyMatch(this::isMet);
    }
    List<YamlNode> compared = condition.get("Fn::Equals").items();
    return compared.size() == 2
        && values.apply(compared.get(0)).equals(values.apply(compared.get(1)));
  }
}
