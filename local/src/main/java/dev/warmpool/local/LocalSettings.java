package dev.warmpool.local;

import dev.warmpool.local.runtime.Functions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How the runner runs. Immutable; {@link #from} reads the environment.
 *
 * @param template {@code template.yaml}
 * @param httpPort of the HTTP API, {@code LOCAL_HTTP_PORT}; 0 for a free one
 * @param invokePort of the Invoke API, {@code LOCAL_INVOKE_PORT}; 0 for a free one
 * @param maxEnvironments per function, {@code LOCAL_MAX_ENVIRONMENTS}
 * @param freeze whether idle environments are stopped as Lambda does, {@code LOCAL_FREEZE}
 * @param environment the runner's own variables, of which functions get the few that are theirs
 */
public record LocalSettings(
    Path template,
    int httpPort,
    int invokePort,
    int maxEnvironments,
    boolean freeze,
    Map<String, String> environment) {

  private static final int MAX_PORT = 65_535;
  private static final int MAX_ENVIRONMENTS = 1_000;

  private static final String AUTH = "LOCAL_AUTH";
  private static final String SCHEDULES = "LOCAL_SCHEDULES";
  private static final String JWT = "jwt:";
  private static final String TENANT_SOURCE = "TENANT_SOURCE";

  private static final Set<String> NAMES =
      Set.of(
          "LOCAL_HTTP_PORT",
          "LOCAL_INVOKE_PORT",
          "LOCAL_MAX_ENVIRONMENTS",
          "LOCAL_FREEZE",
          AUTH,
          SCHEDULES);

  /**
   * Reads the variables.
   *
   * @param folder where {@code template.yaml} is
   * @throws StartupException with every fault
   */
  public static LocalSettings from(Map<String, String> environment, Path folder) {
    List<String> faults = new ArrayList<>();
    environment.keySet().stream()
        .filter(name -> name.startsWith("LOCAL_") && !NAMES.contains(name))
        .sorted()
        .forEach(name -> faults.add(name + " is no setting: " + known() + " are"));
    choice(environment, AUTH, List.of("none", "jwt"), faults);
    choice(environment, SCHEDULES, List.of("false", "true"), faults);
    int cores = Runtime.getRuntime().availableProcessors();
    LocalSettings settings =
        new LocalSettings(
            folder.resolve("template.yaml"),
            number(environment, "LOCAL_HTTP_PORT", 3000, new Range(0, MAX_PORT), faults),
            number(environment, "LOCAL_INVOKE_PORT", 3001, new Range(0, MAX_PORT), faults),
            number(
                environment,
                "LOCAL_MAX_ENVIRONMENTS",
                2 * cores,
                new Range(1, MAX_ENVIRONMENTS),
                faults),
            flag(environment, "LOCAL_FREEZE", faults),
            Map.copyOf(environment));
    if (!faults.isEmpty()) {
      throw new StartupException(String.join("; ", faults));
    }
    return settings;
  }

  /** Whether there is a server that the functions are to use. */
  public boolean hasServer() {
    return !environment.getOrDefault("POSTGRES_HOST", "").isBlank();
  }

  /** Whether the HTTP API wants a token of the local issuer, {@code LOCAL_AUTH=jwt}. */
  public boolean hasAuthorizer() {
    return environment.getOrDefault(AUTH, "").strip().equals("jwt");
  }

  /** Whether schedules fire by their expressions, {@code LOCAL_SCHEDULES=true}. */
  public boolean runsSchedules() {
    return environment.getOrDefault(SCHEDULES, "").strip().equals("true");
  }

  /** Where functions learn the tenant: as the user says, else from a token, if there is one. */
  public String tenantSource() {
    return environment.getOrDefault(TENANT_SOURCE, hasAuthorizer() ? JWT + "tenant" : "fixed");
  }

  /** The claim that names the tenant in tokens. */
  String tenantClaim() {
    String source = tenantSource();
    return source.startsWith(JWT) ? source.substring(JWT.length()) : "tenant";
  }

  /** How environments are run. */
  Functions.Limits limits() {
    return new Functions.Limits(maxEnvironments, freeze);
  }

  private record Range(int min, int max) {}

  private static String known() {
    return String.join(", ", NAMES.stream().sorted().toList());
  }

  private static int number(
      Map<String, String> environment, String name, int absent, Range range, List<String> faults) {
    String text = environment.getOrDefault(name, "").strip();
    if (text.isEmpty()) {
      return absent;
    }
    try {
      int number = Integer.parseInt(text);
      if (number >= range.min() && number <= range.max()) {
        return number;
      }
    } catch (NumberFormatException e) {
      // reported below, with the range
    }
    faults.add(
        name
            + " is '"
            + text
            + "': must be a whole number from "
            + range.min()
            + " to "
            + range.max());
    return absent;
  }

  private static void choice(
      Map<String, String> environment, String name, List<String> choices, List<String> faults) {
    String text = environment.getOrDefault(name, "").strip();
    if (!text.isEmpty() && !choices.contains(text)) {
      faults.add(name + " is '" + text + "': must be " + String.join(" or ", choices));
    }
  }

  private static boolean flag(Map<String, String> environment, String name, List<String> faults) {
    String text = environment.getOrDefault(name, "true").strip();
    if (!text.equals("true") && !text.equals("false")) {
      faults.add(name + " is '" + text + "': must be true or false");
    }
    return text.equals("true");
  }
}
