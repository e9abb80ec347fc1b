package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LocalSettingsTest {

  @Test
  void hasDefaults() {
    LocalSettings settings = LocalSettings.from(Map.of("HOME", "x"), Path.of("folder"));
    assertThat(settings.httpPort()).isEqualTo(3000);
    assertThat(settings.invokePort()).isEqualTo(3001);
    assertThat(settings.maxEnvironments())
        .isEqualTo(2 * Runtime.getRuntime().availableProcessors());
    assertThat(settings.freeze()).isTrue();
    assertThat(settings.hasServer()).isFalse();
  }

  @Test
  void passesTheDatabasesSettingsOn() {
    Map<String, String> database = Map.of("POSTGRES_HOST", "db", "POOL_SIZE", "2", "DEBUG", "true");
    assertThat(LocalSettings.from(database, Path.of("folder")).environment()).isEqualTo(database);
  }

  @Test
  void reportsAllFaultsAtOnce() {
    assertThatThrownBy(
            () ->
                LocalSettings.from(
                    Map.of("LOCAL_HTTP_PORT", "70000", "LOCAL_FREEZE", "no", "LOCAL_PORT", "1"),
                    Path.of("folder")))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("LOCAL_PORT is no setting: ")
        .hasMessageContaining("LOCAL_HTTP_PORT is '70000': must be a whole number from 0 to 65535")
        .hasMessageContaining("LOCAL_FREEZE is 'no': must be true or false");
  }
}
