package dev.warmpool.local.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmpool.local.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of a server without the server. */
class ServerFilesTest {

  @TempDir private Path folder;
  private ServerFiles files;
  private String password;

  /** As initdb and a start leave them. */
  @BeforeEach
  void create() throws IOException {
    files = new ServerFiles(folder);
    password = files.prepare();
    Files.createDirectory(files.data());
    write("PG_VERSION", "18\n");
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(files.data().resolve(name), text);
  }

  @Test
  void keepThePasswordForTheOwnerAlone() throws IOException {
    files.complete();
    assertThat(files.prepare()).isEqualTo(password).hasSize(24);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(files.password())))
        .isEqualTo("rw-------");
  }

  @Test
  void areMadeAgainIfTheFirstStartDidNotFinish() throws IOException {
    assertThat(files.prepare()).isNotEqualTo(password);
    assertThat(files.data()).doesNotExist();
  }

  @Test
  void areRefusedIfAnotherVersionMadeThem() throws IOException {
    files.complete();
    write("PG_VERSION", "17\n");
    assertRefused("its data is of PostgreSQL 17 and the embedded server is 18");
  }

  @Test
  void areRefusedWithoutThePassword() throws IOException {
    files.complete();
    Files.delete(files.password());
    assertRefused("the file 'password' is missing");
    assertThat(files.data()).exists();
  }

  private void assertRefused(String reason) {
    assertThatThrownBy(files::prepare)
        .isInstanceOf(StartupException.class)
        .hasMessageStartingWith("LOCAL_DATA is '" + folder + "': " + reason);
  }

  @Test
  void loseTheProcessIdThatAnotherProgramHasNow() throws IOException {
    files.complete();
    Path file = write("postmaster.pid", ProcessHandle.current().pid() + "\n/data\n");
    files.prepare();
    assertThat(file).doesNotExist();
  }
}
