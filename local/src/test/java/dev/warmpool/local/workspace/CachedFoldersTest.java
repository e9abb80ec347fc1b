package dev.warmpool.local.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders that runs of several versions share. */
class CachedFoldersTest {

  @TempDir private Path parent;
  @TempDir private Path elsewhere;
  private CachedFolders folders;

  @BeforeEach
  void create() {
    folders = new CachedFolders(parent);
  }

  private Path made(String name) throws IOException {
    Path made = Files.createDirectory(elsewhere.resolve(name));
    Files.writeString(made.resolve("file"), name);
    return made;
  }

  @Test
  void areFoundOnceTheyAreComplete() throws IOException {
    assertThat(folders.find("a")).isEmpty();
    Path kept = folders.keep(made("first"), "a");
    assertThat(folders.find("a")).contains(kept);
    assertThat(kept.resolve("file")).hasContent("first");
  }

  @Test
  void areThoseOfTheStartThatWasFaster() throws IOException {
    folders.keep(made("first"), "a");
    Path second = made("second");
    assertThat(folders.keep(second, "a").resolve("file")).hasContent("first");
    assertThat(second).doesNotExist();
  }

  @Test
  void areDeletedIfBroken() throws IOException {
    folders.keep(made("first"), "a");
    folders.discard("a");
    assertThat(folders.find("a")).isEmpty();
    assertThat(parent).isEmptyDirectory();
  }

  @Test
  void areDeletedIfUnusedForAMonth() throws IOException {
    Path used = folders.keep(made("used"), "used");
    Path unused = folders.keep(made("unused"), "unused");
    for (Path folder : new Path[] {used, unused}) {
      Files.setLastModifiedTime(folder, FileTime.from(Instant.now().minus(Duration.ofDays(31))));
    }
    folders.find("used");
    assertThat(used).exists();
    assertThat(unused).doesNotExist();
  }
}
