package dev.warmpool.local.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmpool.local.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which folders are good enough to start programs from. */
class PrivateFolderTest {

  @TempDir private Path parent;

  private static void permit(Path path, String permissions) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static Path create(Path folder) throws IOException {
    return PrivateFolder.create(folder, "XDG_CACHE_HOME");
  }

  @Test
  void createsAFolderForTheOwnerAlone() throws IOException {
    Path folder = create(parent.resolve("cache/warmpool"));
    assertThat(permissions(folder)).isEqualTo("rwx------");
    assertThat(create(folder)).as("again").isEqualTo(folder);
  }

  @Test
  void closesAFolderThatOthersCanOnlyRead() throws IOException {
    Path folder = Files.createDirectory(parent.resolve("warmpool"));
    permit(folder, "rwxr-xr-x");
    create(folder);
    assertThat(permissions(folder)).isEqualTo("rwx------");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rwxrwx---", "rwx----w-", "rwxrwxrwx"})
  void refusesAFolderThatOthersCouldHaveWrittenTo(String permissions) throws IOException {
    Path folder = Files.createDirectory(parent.resolve("warmpool"));
    permit(folder, permissions);
    assertRefused(
        folder, folder + " cannot hold the runner's files, because other users can write");
  }

  @Test
  void refusesAFolderBelowOneThatAllCanWriteTo() throws IOException {
    Path shared = Files.createDirectory(parent.resolve("shared"));
    permit(shared, "rwxrwxrwx");
    assertRefused(shared.resolve("warmpool"), "every user can write to it");
    Files.setAttribute(shared, "unix:mode", 01777);
    create(shared.resolve("warmpool"));
  }

  @Test
  void refusesALink() throws IOException {
    Path link = parent.resolve("warmpool");
    Files.createSymbolicLink(link, Files.createDirectory(parent.resolve("elsewhere")));
    assertRefused(link, "it is no folder");
  }

  private static void assertRefused(Path folder, String reason) {
    assertThatThrownBy(() -> create(folder))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining(reason)
        .hasMessageContaining("set XDG_CACHE_HOME to a folder of your own");
  }
}
