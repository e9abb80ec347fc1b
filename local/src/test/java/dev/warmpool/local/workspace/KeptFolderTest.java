package dev.warmpool.local.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.warmpool.local.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which folders can keep data, and which are refused unchanged. */
class KeptFolderTest {

  @TempDir private Path parent;
  private Path folder;
  private Workspace workspace;

  @BeforeEach
  void open() {
    folder = parent.resolve("kept/data");
    workspace = Workspace.open(parent.resolve("cache"));
  }

  @AfterEach
  void close() {
    workspace.close();
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private void assertRefused(Path named, String reason) {
    assertThatThrownBy(() -> KeptFolder.open(named, workspace).close())
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("LOCAL_DATA")
        .hasMessageContaining(named.toString())
        .hasMessageContaining(reason);
  }

  @Test
  void keepsItsFilesForTheOwnerAlone() throws IOException {
    try (KeptFolder kept = KeptFolder.open(folder, workspace)) {
      Files.writeString(kept.folder().resolve("file"), "kept");
    }
    assertThat(permissions(folder)).isEqualTo("rwx------");
    KeptFolder.open(folder, workspace).close();
    assertThat(folder.resolve("file")).hasContent("kept");
  }

  @Test
  void refusesAFolderThatAnotherRunUses() {
    KeptFolder kept = KeptFolder.open(folder, workspace);
    try (kept) {
      assertRefused(folder, "another run uses it: stop that run, or set another folder");
      assertRefused(folder, "another run uses it");
    }
    KeptFolder.open(folder, workspace).close();
  }

  @Test
  void refusesAFolderWithOtherFilesAndLeavesItAsItIs() throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("notes.txt"), "");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertRefused(folder, "it has other files, such as notes.txt: set a new or an empty folder");
    assertRefused(Path.of("/"), "it has other files");
    assertThat(permissions(folder)).isEqualTo("rwxr-xr-x");
    assertThat(folder).isDirectoryContaining(file -> file.endsWith("notes.txt"));
  }

  @Test
  void refusesAFileAndAFolderBelowOne() throws IOException {
    Path file = Files.createFile(parent.resolve("file"));
    assertRefused(file, "it is no folder");
    assertRefused(file.resolve("below"), "it cannot be used (");
  }

  @Test
  void refusesAFolderThatOthersCanWriteTo() throws IOException {
    Files.createDirectories(folder);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwx---"));
    assertRefused(folder, "other users can write to it: correct it, or set LOCAL_DATA to");
  }

  @Test
  void refusesAFolderBelowOneThatIsReadOnly() throws IOException {
    Path closed = Files.createDirectory(parent.resolve("closed"));
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-x------"));
    assumeTrue(!Files.isWritable(closed), "root can write everywhere");
    assertRefused(closed.resolve("data"), "you cannot write to it: set a folder of your own");
  }

  @Test
  void refusesAFolderOfAnotherUser() throws IOException {
    assumeTrue(Files.isReadable(Path.of("/etc/shadow")), "only root can give a folder away");
    Files.createDirectories(folder);
    Files.setOwner(
        folder,
        folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
    assertRefused(folder, "it belongs to another user");
  }

  private static Process start(Path program, Path folder) throws IOException {
    return new ProcessBuilder(program.toString(), "60").directory(folder.toFile()).start();
  }

  /** Also one of other binaries, as that of a run with another cache folder. */
  @Test
  void endsTheServerThatAKilledRunHasLeftAndNoOtherProgram() throws IOException {
    assumeTrue(Files.exists(Path.of("/proc/self/cwd")), "processes show no working directory");
    KeptFolder.open(folder, workspace).close();
    Path data = Files.createDirectory(folder.resolve("data"));
    Path sleep = Path.of("/bin/sleep");
    Path server = Files.copy(sleep, parent.resolve("postgres"), StandardCopyOption.COPY_ATTRIBUTES);
    Process left = start(server, data);
    Process other = start(sleep, data);
    try {
      KeptFolder.open(folder, workspace).close();
      assertThat(left.isAlive()).isFalse();
      assertThat(other.isAlive()).isTrue();
    } finally {
      left.destroyForcibly();
      other.destroyForcibly();
    }
  }

  @Test
  void refusesAFolderThatTheRunnerClears() {
    assertRefused(parent.resolve("cache/warmpool/run/data"), "the runner clears that folder");
  }
}
