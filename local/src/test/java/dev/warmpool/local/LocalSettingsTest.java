package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmpool.local.runtime.InitializationType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LocalSettingsTest {

  @Test
  void hasDefaults() {
    LocalSettings settings = LocalSettings.from(Map.of("HOME", "x"), Path.of("folder"));
    assertThat(settings.httpPort()).isEqualTo(3000);
    assertThat(settings.invokePort()).isEqualTo(3001);
    assertThat(settings.environments().max())
        .isEqualTo(2 * Runtime.getRuntime().availableProcessors());
    assertThat(settings.environments().freezes()).isTrue();
    assertThat(settings.environments().type()).isEqualTo(InitializationType.ON_DEMAND);
    assertThat(settings.environments().extension().shutdown()).isZero();
    assertThat(settings.hasServer()).isFalse();
    assertThat(settings.hasAuthorizer()).isFalse();
    assertThat(settings.runsSchedules()).isFalse();
    assertThat(settings.tenantSource()).isEqualTo("fixed");
  }

  @Test
  void readsTheTenantFromTheTokenWithAnAuthorizer() {
    Map<String, String> jwt = Map.of("LOCAL_AUTH", "jwt");
    assertThat(LocalSettings.from(jwt, Path.of("folder")).tenantSource()).isEqualTo("jwt:tenant");
    Map<String, String> own =
        Map.of("LOCAL_AUTH", "jwt", "TENANT_SOURCE", "header:x, jwt:custom:tenant");
    LocalSettings settings = LocalSettings.from(own, Path.of("folder"));
    assertThat(settings.tenantSource()).isEqualTo("header:x, jwt:custom:tenant");
    assertThat(settings.tenantClaim()).isEqualTo("custom:tenant");
  }

  @Test
  void keepsTheEnvironment() {
    Map<String, String> database =
        Map.of("POSTGRES_HOST", "db", "POOL_SIZE", "2", "WARMPOOL_DEBUG", "true");
    assertThat(LocalSettings.from(database, Path.of("folder")).environment()).isEqualTo(database);
  }

  @Test
  void resolvesTheFolderOfTheDataAgainstTheWorkingDirectory() {
    Path folder = Path.of("folder");
    assertThat(LocalSettings.from(Map.of("LOCAL_DATA", "a/../b"), folder).data())
        .contains(Path.of("b").toAbsolutePath());
    assertThat(LocalSettings.from(Map.of("LOCAL_DATA", " "), folder).data()).isEmpty();
  }

  @Test
  void passesTheDevelopersAwsAccessOnWhereAskedForAndNowhereElse() {
    Map<String, String> shell =
        Map.of(
            "AWS_REGION", "eu-central-1",
            "AWS_SESSION_TOKEN", "token",
            "AWS_ENDPOINT_URL_STS", "http://127.0.0.1:4566",
            "AWS_PAGER", "less");
    assertThat(LocalSettings.from(shell, Path.of("folder")).environments().aws())
        .containsEntry("AWS_REGION", "us-east-1")
        .doesNotContainKeys("AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_STS");
    Map<String, String> own = new HashMap<>(shell);
    own.put("LOCAL_AWS", "own");
    assertThat(LocalSettings.from(own, Path.of("folder")).environments().aws())
        .containsOnly(
            Map.entry("AWS_REGION", "eu-central-1"),
            Map.entry("AWS_DEFAULT_REGION", "eu-central-1"),
            Map.entry("AWS_SESSION_TOKEN", "token"),
            Map.entry("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:4566"));
    assertThatThrownBy(() -> LocalSettings.from(Map.of("LOCAL_AWS", "own"), Path.of("folder")))
        .hasMessage("LOCAL_AWS is 'own': AWS_REGION must be set");
  }

  @Test
  void reportsAllFaultsAtOnce() {
    assertThatThrownBy(
            () ->
                LocalSettings.from(
                    Map.of(
                        "LOCAL_HTTP_PORT", "70000",
                        "LOCAL_FREEZE", "no",
                        "LOCAL_AUTH", "basic",
                        "LOCAL_PORT", "1"),
                    Path.of("folder")))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("LOCAL_PORT is no setting; settings are ")
        .hasMessageContaining("LOCAL_HTTP_PORT is '70000': must be a whole number from 0 to 65535")
        .hasMessageContaining("LOCAL_FREEZE is 'no': must be one of false, true")
        .hasMessageContaining("LOCAL_AUTH is 'basic': must be one of jwt, none");
  }

  @Test
  void areOnThePageAndNoOther() throws IOException {
    Set<String> rows =
        Pattern.compile("^\\| `(LOCAL_\\w+)`", Pattern.MULTILINE)
            .matcher(Files.readString(Path.of("../docs/local-runner.md")))
            .results()
            .map(row -> row.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThatThrownBy(() -> LocalSettings.from(Map.of("LOCAL_X", "1"), Path.of("folder")))
        .hasMessage("LOCAL_X is no setting; settings are " + String.join(", ", rows));
  }

  @Test
  void refusesSettingsThatExcludeEachOther() {
    assertThatThrownBy(
            () ->
                LocalSettings.from(
                    Map.of(
                        "LOCAL_INITIALIZATION",
                        "snap-start",
                        "LOCAL_RUNTIME",
                        "plain",
                        "LOCAL_CUT",
                        "true",
                        "LOCAL_DATA",
                        "/data",
                        "POSTGRES_HOST",
                        "db.example.org"),
                    Path.of("folder")))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("LOCAL_INITIALIZATION is 'snap-start': snapshots need AWS's")
        .hasMessageContaining("LOCAL_DATA is '/data': it is for the embedded database")
        .hasMessageContaining("no certificate of db.example.org is valid");
  }
}
