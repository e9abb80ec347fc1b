package dev.warmpool.functions;

import static dev.warmpool.functions.StackTemplate.having;
import static dev.warmpool.functions.StackTemplate.map;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What template.yaml allows, as the rows of a table, in the template's order. Stateless. */
final class Permissions {

  private static final Pattern AFTER_ACCOUNT =
      Pattern.compile("\\S*\\$\\{AWS::AccountId\\}:([^,\\]]+)");

  private Permissions() {}

  /** Returns one row for each action that is allowed. */
  static List<String> rows(StackTemplate stack) {
    List<String> rows = new ArrayList<>();
    map(stack.root().get("Resources"))
        .forEach((name, resource) -> of(name, map(map(resource).get("Properties")), rows));
    return rows;
  }

  private static void of(String name, Map<String, Object> properties, List<String> rows) {
    if (properties.get("Policies") instanceof List<?> policies) {
      policies.stream()
          .filter(String.class::isInstance)
          .forEach(policy -> rows.add("| `%s` | that of `%s` | |".formatted(name, policy)));
      policies.stream()
          .filter(Map.class::isInstance)
          .map(StackTemplate::map)
          .filter(policy -> !policy.containsKey("Statement") && !policy.containsKey("PolicyName"))
          .forEach(policy -> rows.add("| `%s` | SAM's `%s` | |".formatted(name, policy.keySet())));
    }
    for (Map<String, Object> statement : having("Effect", properties)) {
      if (statement.get("Effect").equals("Allow")) {
        String resource = resource(statement.getOrDefault("Resource", name));
        actions(statement)
            .forEach(
                action ->
                    rows.add(
                        "| `%s`%s | `%s` | `%s` |"
                            .formatted(name, principal(statement), action, resource)));
      }
    }
    if (properties.containsKey("Principal")) {
      rows.add(
          "| `%s`: %s | `%s` | `%s` |"
              .formatted(
                  name,
                  properties.get("Principal"),
                  properties.get("Action"),
                  properties.get("FunctionName")));
    }
  }

  /** Who else may do it, as in a role's trust; empty if the statement is of its own role. */
  private static String principal(Map<String, Object> statement) {
    Object principal = statement.getOrDefault("Principal", "");
    List<?> named =
        principal instanceof Map<?, ?> kinds ? List.copyOf(kinds.values()) : List.of(principal);
    return principal.equals("") ? "" : ": " + String.valueOf(named).replaceAll("[\\[\\]]", "");
  }

  private static List<String> actions(Map<String, Object> statement) {
    return statement.get("Action") instanceof List<?> several
        ? several.stream().map(String::valueOf).toList()
        : List.of(String.valueOf(statement.get("Action")));
  }

  private static String resource(Object resource) {
    if (resource instanceof List<?> list) {
      return list.get(0).equals("HasMigrateSecret")
          ? String.valueOf(list.get(1))
          : String.join(
              "`, `",
              list.stream().filter(String.class::isInstance).map(Permissions::resource).toList());
    }
    return AFTER_ACCOUNT.matcher(String.valueOf(resource)).replaceAll("$1");
  }
}
