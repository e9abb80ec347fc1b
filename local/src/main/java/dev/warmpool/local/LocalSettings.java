package dev.warmpool.local;

import dev.warmpool.local.runtime.EnvironmentSettings;
import dev.warmpool.local.runtime.EnvironmentSettings.Client;
import dev.warmpool.local.runtime.EnvironmentSettings.Extension;
import dev.warmpool.local.runtime.InitializationType;
import dev.warmpool.local.runtime.RuntimeClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The runner's settings. Immutable; {@link #from} reads them from environment variables.
 *
 * @param template path of {@code template.yaml}
 * @param httpPort port of the HTTP API, {@code LOCAL_HTTP_PORT}; 0 picks a free one
 * @param invokePort port of the Invoke API, {@code LOCAL_INVOKE_PORT}; 0 picks a free one
 * @param retryDelay time before the first retry of an asynchronous event, {@code
 *     LOCAL_RETRY_DELAY}; the second follows after twice as long
 * @param data the folder in which the embedded database keeps its data between runs, {@code
 *     LOCAL_DATA}; empty if the data is cleared when the run ends
 * @param environments settings of execution environments
 * @param aws the functions' access to AWS, {@code LOCAL_AWS}
 * @param environment the runner's own environment variables; functions get some of them, see {@link
 *     FunctionVariables}
 */
public record LocalSettings(
    Path template,
    int httpPort,
    int invokePort,
    Duration retryDelay,
    Optional<Path> data,
    EnvironmentSettings environments,
    AwsAccess aws,
    Map<String, String> environment) {

  /** Where {@code sam build} puts the template that it makes. */
  private static final Path BUILT = Path.of(".aws-sam", "build");

  private static final String AUTH = "LOCAL_AUTH";
  private static final String SCHEDULES = "LOCAL_SCHEDULES";
  private static final String JWT = "jwt:";
  private static final String TENANT_SOURCE = "TENANT_SOURCE";

  private static final int MAX_PORT = 65_535;
  private static final int MAX_ENVIRONMENTS = 1_000;
  private static final int DAY = 86_400;

  /** Lambda's default for managed instances: concurrent invocations for each virtual processor. */
  private static final int CONCURRENCY = 32;

  /** Lambda's, in seconds. */
  private static final int RETRY_DELAY = 60;

  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "::1");

  private static final Map<String, InitializationType> TYPES =
      Map.of(
          "on-demand", InitializationType.ON_DEMAND,
          "snap-start", InitializationType.SNAP_START,
          "managed-instances", InitializationType.MANAGED_INSTANCES);

  private static final Map<String, Extension> EXTENSIONS =
      Map.of(
          "none", Extension.NONE, "internal", Extension.INTERNAL, "external", Extension.EXTERNAL);

  private static final Map<String, Client> CLIENTS =
      Map.of("aws", Client.AWS, "plain", Client.PLAIN);

  /**
   * Reads and checks the variables.
   *
   * @param template the template, or the folder that holds {@code template.yaml} or {@code
   *     template.yml}
   * @throws StartupException if a setting is invalid; the message lists all faults
   */
  public static LocalSettings from(Map<String, String> environment, Path template) {
    SettingReader reader = new SettingReader(environment);
    AwsAccess aws = AwsAccess.from(environment, reader);
    LocalSettings settings =
        new LocalSettings(
            file(template),
            reader.number("LOCAL_HTTP_PORT", 3000, 0, MAX_PORT),
            reader.number("LOCAL_INVOKE_PORT", 3001, 0, MAX_PORT),
            Duration.ofSeconds(reader.number("LOCAL_RETRY_DELAY", RETRY_DELAY, 0, DAY)),
            reader.path("LOCAL_DATA"),
            environments(reader, namesServer(environment), aws),
            aws,
            Map.copyOf(environment));
    reader.choice(AUTH, "none", Map.of("none", "none", "jwt", "jwt"));
    reader.flag(SCHEDULES, false);
    reader.rejectUnknown();
    settings.rejectCombinations(reader);
    reader.throwFaults();
    return settings;
  }

  private static EnvironmentSettings environments(
      SettingReader reader, boolean namesServer, AwsAccess aws) {
    int cores = Runtime.getRuntime().availableProcessors();
    return new EnvironmentSettings(
        reader.number("LOCAL_MAX_ENVIRONMENTS", 2 * cores, 1, MAX_ENVIRONMENTS),
        reader.choice("LOCAL_INITIALIZATION", InitializationType.ON_DEMAND, TYPES),
        reader.number("LOCAL_CONCURRENCY", CONCURRENCY, 1, MAX_ENVIRONMENTS),
        reader.flag("LOCAL_THROTTLE", false),
        reader.flag("LOCAL_FREEZE", true),
        reader.flag("LOCAL_CUT", false),
        !namesServer,
        reader.seconds("LOCAL_IDLE", 600, DAY),
        reader.seconds("LOCAL_RECYCLE", 7_200, DAY),
        reader.choice("LOCAL_EXTENSION", Extension.NONE, EXTENSIONS),
        reader.choice("LOCAL_RUNTIME", Client.AWS, CLIENTS),
        aws.variables());
  }

  private static Path file(Path template) {
    Path yml = template.resolve("template.yml");
    Path yaml = template.resolve("template.yaml");
    if (Files.isRegularFile(template)) {
      return template;
    }
    return Files.exists(yml) && !Files.exists(yaml) ? yml : yaml;
  }

  /** The folder whose subfolder {@code events} may hold event files. */
  Path folder() {
    Path folder = template.toAbsolutePath().normalize().getParent();
    return folder.endsWith(BUILT) ? folder.getParent().getParent() : folder;
  }

  private void rejectCombinations(SettingReader reader) {
    boolean plain = environments.client() == Client.PLAIN || !RuntimeClient.isAwsAvailable();
    if (plain && environments.type() == InitializationType.SNAP_START) {
      reader.fault(
          "LOCAL_INITIALIZATION is 'snap-start': snapshots need AWS's runtime client, on Linux and"
              + " with LOCAL_RUNTIME=aws");
    }
    String host = environment.getOrDefault("POSTGRES_HOST", "").strip();
    if (data.isPresent() && hasServer()) {
      reader.fault(
          "LOCAL_DATA is '%s': it is for the embedded database; unset it or POSTGRES_HOST"
              .formatted(data.get()));
    }
    if (environments.cuts() && hasServer() && !LOOPBACK.contains(host)) {
      reader.fault(
          "LOCAL_CUT is 'true': connections then go through a proxy on 127.0.0.1, for which no"
              + " certificate of "
              + host
              + " is valid; unset POSTGRES_HOST");
    }
  }

  /** Whether {@code POSTGRES_HOST} names a server to use in place of the embedded one. */
  public boolean hasServer() {
    return namesServer(environment);
  }

  private static boolean namesServer(Map<String, String> environment) {
    return !environment.getOrDefault("POSTGRES_HOST", "").isBlank();
  }

  /** Whether the HTTP API requires a token of the local issuer, {@code LOCAL_AUTH=jwt}. */
  public boolean hasAuthorizer() {
    return environment.getOrDefault(AUTH, "").strip().equals("jwt");
  }

  /**
   * Values of the template's parameters that are not its defaults: with an authorizer, a template
   * that asks for its issuer and audience gets the local issuer's; the region is the functions'.
   */
  Map<String, String> parameters() {
    Map<String, String> parameters = new HashMap<>();
    parameters.put("AWS::Region", aws.variables().getOrDefault("AWS_REGION", ""));
    if (hasAuthorizer()) {
      parameters.putAll(Map.of("JwtIssuer", "local", "JwtAudience", "warmpool"));
    }
    return parameters;
  }

  /** Whether schedules also fire by their expressions, {@code LOCAL_SCHEDULES=true}. */
  public boolean runsSchedules() {
    return environment.getOrDefault(SCHEDULES, "").strip().equals("true");
  }

  /**
   * The functions' {@code TENANT_SOURCE}: the user's value; by default the token's claim with an
   * authorizer, {@code fixed} without one.
   */
  public String tenantSource() {
    return environment.getOrDefault(TENANT_SOURCE, hasAuthorizer() ? JWT + "tenant" : "fixed");
  }

  /** The token claim that names the tenant. */
  String tenantClaim() {
    return Arrays.stream(tenantSource().split(","))
        .map(String::strip)
        .filter(source -> source.startsWith(JWT))
        .map(source -> source.substring(JWT.length()))
        .findFirst()
        .orElse("tenant");
  }
}
