package dev.warmpool.local;

import dev.warmpool.local.template.FunctionDefinition;
import dev.warmpool.local.template.Template;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Computes a function's environment variables on this machine. Later sources override earlier ones:
 * the template, the runner's own environment (only names that the template declares and settings of
 * sessions), those for this function alone ({@code Migrate_POSTGRES_USER}), the database.
 * Immutable.
 */
final class FunctionVariables {

  /** Address and credentials of a server; used only together with {@code POSTGRES_HOST}. */
  private static final Set<String> SERVER =
      Set.of(
          "POSTGRES_PORT",
          "POSTGRES_DB",
          "POSTGRES_USER",
          "POSTGRES_PASSWORD",
          "POSTGRES_SECRET_ARN",
          "POSTGRES_IAM_AUTH",
          "POSTGRES_SSL_MODE",
          "POSTGRES_SSL_ROOT_CERT",
          "POSTGRES_POOLER",
          "POSTGRES_POOLER_CHECK");

  /** Never taken from the template: locally, credentials come from the user or the database. */
  private static final Set<String> CREDENTIALS =
      Set.of("POSTGRES_PASSWORD", "POSTGRES_SECRET_ARN", "POSTGRES_IAM_AUTH");

  private static final String TENANT_SOURCE = "TENANT_SOURCE";

  /** Lines of metrics are for CloudWatch: off unless the user asks for them. */
  private static final String METRICS = "WARMPOOL_METRICS";

  /**
   * Settings of sessions, of metrics and of the log whose names have no common prefix. The
   * template's log format does not count: text is easier to read here.
   */
  private static final Set<String> SESSION_SETTINGS =
      Set.of(
          "MAX_OVERFLOW",
          "OPENING_TIMEOUT",
          "SCHEMA_BINDING",
          "STATEMENT_CACHE",
          "WARMPOOL_LOOP",
          "WARMPOOL_DEBUG",
          "WARMPOOL_DEBUG_VALUES",
          METRICS,
          "AWS_LAMBDA_LOG_FORMAT",
          "AWS_LAMBDA_LOG_LEVEL");

  private final LocalSettings settings;

  FunctionVariables(LocalSettings settings) {
    this.settings = settings;
  }

  /** Variables of the user that have no effect because {@code POSTGRES_HOST} is not set. */
  List<String> ignored() {
    return settings.hasServer()
        ? List.of()
        : settings.environment().keySet().stream().filter(SERVER::contains).sorted().toList();
  }

  /** The variables of all functions together, before the database's are added. */
  Map<String, String> ofAll(Template template) {
    Map<String, String> all = new TreeMap<>();
    template.functions().forEach(function -> all.putAll(of(function, Map.of())));
    return all;
  }

  /** The schemas that functions name, each once. */
  List<String> schemas(Template template) {
    return template.functions().stream()
        .map(function -> of(function, Map.of()).getOrDefault("POSTGRES_SCHEMA", ""))
        .filter(schema -> !schema.isBlank())
        .distinct()
        .toList();
  }

  /** Whether a function takes its tenant from {@code TENANT_SOURCE}. */
  boolean haveTenants(Template template) {
    return ofAll(template).containsKey(TENANT_SOURCE);
  }

  /** The variables of one function, with the database's. */
  Map<String, String> of(FunctionDefinition function, Map<String, String> database) {
    Map<String, String> variables = new HashMap<>(function.environment());
    variables.keySet().removeAll(CREDENTIALS);
    variables.put(METRICS, "none");
    variables.putAll(passedOn("", function));
    variables.putAll(passedOn(function.name() + "_", function));
    if (function.isOwn() || function.environment().containsKey(TENANT_SOURCE)) {
      variables.put(TENANT_SOURCE, settings.tenantSource());
    }
    variables.putAll(database);
    return variables;
  }

  /** The variables of the user whose names begin with this prefix, without it. */
  private Map<String, String> passedOn(String prefix, FunctionDefinition function) {
    Map<String, String> variables = new HashMap<>();
    settings
        .environment()
        .forEach(
            (name, value) -> {
              if (name.startsWith(prefix)
                  && isPassedOn(name.substring(prefix.length()), function)) {
                variables.put(name.substring(prefix.length()), value);
              }
            });
    return variables;
  }

  private boolean isPassedOn(String name, FunctionDefinition function) {
    boolean setting =
        name.startsWith("POSTGRES_") || name.startsWith("POOL_") || SESSION_SETTINGS.contains(name);
    boolean declared = function.environment().containsKey(name);
    return (setting || declared) && (settings.hasServer() || !SERVER.contains(name));
  }
}
