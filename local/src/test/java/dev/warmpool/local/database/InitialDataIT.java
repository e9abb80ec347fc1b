package dev.warmpool.local.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmpool.local.workspace.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers of runs that share the initial data in the user's cache. */
class InitialDataIT {

  @TempDir private static Path cache;

  private Map<String, String> started() {
    Workspace workspace = Workspace.open(cache);
    try (workspace;
        Database database =
            Database.empty(
                List.of("app"), workspace, Optional.empty(), task -> new Thread(task).start())) {
      database.awaitStart();
      Map<String, String> settings = database.settings();
      try (Connection connection = connect(settings, settings.get("POSTGRES_PASSWORD"))) {
        assertThat(connection.isValid(5)).isTrue();
      }
      assertThatThrownBy(() -> connect(settings, initialPassword()).close())
          .as("with the password of the initial data")
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("password authentication failed");
      return settings;
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private static Connection connect(Map<String, String> settings, String password)
      throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%s/postgres".formatted(settings.get("POSTGRES_PORT")),
        settings.get("POSTGRES_USER"),
        password);
  }

  /** The one folder of initial data. */
  private static Path initial() {
    try (Stream<Path> folders = Files.list(cache.resolve("warmpool/initdb"))) {
      List<Path> all = folders.toList();
      assertThat(all).hasSize(1);
      return all.get(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String initialPassword() throws IOException {
    return Files.readString(initial().resolve("password"));
  }

  @Test
  void isMadeOnceForRunsWithPasswordsOfTheirOwn() throws IOException {
    String first = started().get("POSTGRES_PASSWORD");
    String initial = initialPassword();
    assertThat(started()).doesNotContainValue(first);
    assertThat(initialPassword()).isEqualTo(initial);
  }

  @Test
  void isMadeAgainIfAFileHasChangedOrIsMissing() throws IOException {
    started();
    String broken = initialPassword();
    Files.writeString(initial().resolve("data/global/pg_control"), "x", StandardOpenOption.WRITE);
    started();
    String missing = initialPassword();
    assertThat(missing).isNotEqualTo(broken);
    Files.delete(initial().resolve("password"));
    started();
    String lost = initialPassword();
    assertThat(lost).isNotEqualTo(missing);
    Files.write(initial().resolve("programs"), new byte[20]); // as after a loss of power
    started();
    assertThat(initialPassword()).isNotEqualTo(lost);
  }

  @Test
  void isMadeAgainIfItsProgramsAreGone() throws IOException {
    started();
    String before = initialPassword();
    Path programs = Path.of(Files.readString(initial().resolve("programs")));
    Path folder = programs.getParent();
    assertThat(folder).startsWith(cache.toRealPath());
    Files.move(folder, folder.resolveSibling("gone"));
    Files.delete(folder.resolveSibling("gone/.exists")); // so that a start deletes it
    started();
    assertThat(initialPassword()).isNotEqualTo(before);
  }

  @Test
  void isMadeByTwoRunsThatStartAtOnce() {
    CompletableFuture<Map<String, String>> other = CompletableFuture.supplyAsync(this::started);
    assertThat(started().get("POSTGRES_PASSWORD"))
        .isNotEqualTo(other.join().get("POSTGRES_PASSWORD"));
  }
}
