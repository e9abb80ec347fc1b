package dev.warmpool.local;

import dev.warmpool.local.template.FunctionDefinition;
import dev.warmpool.local.template.Template;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The variables that functions get on this machine: the template's, then those of the runner's own
 * that the template declares or that are settings of sessions, then the database's. Immutable.
 */
final class FunctionVariables {

  /** Where the database is and as whom; without a host they say nothing. */
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
          "POSTGRES_POOLER");

  /** Of the template, they are AWS's affair; one of them comes from the user or the database. */
  private static final Set<String> CREDENTIALS =
      Set.of("POSTGRES_PASSWORD", "POSTGRES_SECRET_ARN", "POSTGRES_IAM_AUTH");

  private static final Set<String> SESSIONS =
      Set.of(
          "MAX_OVERFLOW",
          "OPENING_TIMEOUT",
          "SCHEMA_BINDING",
          "STATEMENT_CACHE",
          "WARMPOOL_LOOP",
          "WARMPOOL_DEBUG",
          "WARMPOOL_DEBUG_VALUES");

  private final LocalSettings settings;

  FunctionVariables(LocalSettings settings) {
    this.settings = settings;
  }

  /** Names that the user has set for nothing: they go with {@code POSTGRES_HOST}. */
  List<String> ignored() {
    return settings.hasServer()
        ? List.of()
        : settings.environment().keySet().stream().filter(SERVER::contains).sorted().toList();
  }

  /** All that any function gets, before the database has its say. */
  Map<String, String> ofAll(Template template) {
    Map<String, String> all = new TreeMap<>();
    template.functions().forEach(function -> all.putAll(of(function, Map.of())));
    return all;
  }

  /** A function's, with the database's. */
  Map<String, String> of(FunctionDefinition function, Map<String, String> database) {
    Map<String, String> variables = new HashMap<>(function.environment());
    variables.keySet().removeAll(CREDENTIALS);
    settings
        .environment()
        .forEach(
            (name, value) -> {
              if (isPassedOn(name, function)) {
                variables.put(name, value);
              }
            });
    variables.put("TENANT_SOURCE", settings.tenantSource());
    variables.putAll(database);
    return variables;
  }

  private boolean isPassedOn(String name, FunctionDefinition function) {
    boolean setting =
        name.startsWith("POSTGRES_") || name.startsWith("POOL_") || SESSIONS.contains(name);
    boolean declared = function.environment().containsKey(name);
    return (setting || declared) && (settings.hasServer() || !SERVER.contains(name));
  }
}
