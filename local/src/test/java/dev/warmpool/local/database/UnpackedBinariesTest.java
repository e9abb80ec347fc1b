package dev.warmpool.local.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a process that was killed while it unpacked leaves behind. */
class UnpackedBinariesTest {

  @TempDir private Path binaries;

  private Path unpacked(String name) throws IOException {
    Path folder = binaries.resolve(name);
    Files.createDirectories(folder.resolve("bin"));
    Files.writeString(folder.resolve("bin/postgres"), "half");
    return folder;
  }

  @Test
  void deletesOnlyWhatIsIncompleteAndNotBeingUnpacked() throws IOException {
    Path partial = unpacked("PG-partial");
    Path complete = unpacked("PG-complete");
    Files.createFile(complete.resolve(".exists"));
    Path running = unpacked("PG-running");
    try (FileChannel lock =
        FileChannel.open(
            running.resolve("epg-lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      lock.lock();
      UnpackedBinaries.deletePartial(binaries);
    }
    assertThat(partial).doesNotExist();
    assertThat(complete.resolve("bin/postgres")).exists();
    assertThat(running.resolve("bin/postgres")).exists();
  }
}
