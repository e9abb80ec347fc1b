package dev.warmpool.local;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The AWS region, credentials and endpoint that functions get: stand-ins, or with {@code
 * LOCAL_AWS=own} those of the runner's own environment. Immutable.
 *
 * @param variables environment variables for functions
 * @param own whether they are the developer's
 */
record AwsAccess(Map<String, String> variables, boolean own) {

  static final String SETTING = "LOCAL_AWS";

  private static final String REGION = "AWS_REGION";
  private static final String DEFAULT_REGION = "AWS_DEFAULT_REGION";
  private static final String ENDPOINT = "AWS_ENDPOINT_URL";

  /** The values that {@code sam local} uses. */
  private static final Map<String, String> STAND_INS =
      Map.of(
          REGION,
          "us-east-1",
          DEFAULT_REGION,
          "us-east-1",
          "AWS_ACCESS_KEY_ID",
          "defaultkey",
          "AWS_SECRET_ACCESS_KEY",
          "defaultsecret");

  /** What the SDK for Java reads to find credentials. */
  private static final Set<String> CREDENTIALS =
      Set.of(
          "AWS_ACCESS_KEY_ID",
          "AWS_SECRET_ACCESS_KEY",
          "AWS_SESSION_TOKEN",
          "AWS_PROFILE",
          "AWS_CONFIG_FILE",
          "AWS_SHARED_CREDENTIALS_FILE",
          "AWS_ROLE_ARN",
          "AWS_ROLE_SESSION_NAME",
          "AWS_WEB_IDENTITY_TOKEN_FILE",
          "AWS_CONTAINER_CREDENTIALS_FULL_URI",
          "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
          "AWS_CONTAINER_AUTHORIZATION_TOKEN",
          "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");

  /** Reads the setting; a region is required with the developer's own. */
  static AwsAccess from(Map<String, String> environment, SettingReader reader) {
    if (!reader.choice(SETTING, false, Map.of("own", true, "none", false))) {
      return new AwsAccess(STAND_INS, false);
    }
    Map<String, String> own = new TreeMap<>();
    environment.forEach(
        (name, value) -> {
          if (!value.isBlank() && (CREDENTIALS.contains(name) || name.startsWith(ENDPOINT))) {
            own.put(name, value);
          }
        });
    Optional<String> region = set(environment, REGION).or(() -> set(environment, DEFAULT_REGION));
    if (region.isEmpty()) {
      reader.fault(SETTING + " is 'own': AWS_REGION must be set");
    }
    region.ifPresent(name -> own.putAll(Map.of(REGION, name, DEFAULT_REGION, name)));
    return new AwsAccess(Map.copyOf(own), true);
  }

  private static Optional<String> set(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }

  /** A description without secrets, for the start-up lines. */
  String description() {
    String key = variables.get("AWS_ACCESS_KEY_ID");
    String profile = variables.get("AWS_PROFILE");
    return "region %s, %s%s (LOCAL_AWS=own)"
        .formatted(
            variables.get(REGION),
            key != null
                ? "key " + key
                : profile != null ? "profile " + profile : "default credentials",
            variables.containsKey(ENDPOINT) ? ", endpoint " + variables.get(ENDPOINT) : "");
  }
}
