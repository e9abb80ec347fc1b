package dev.warmpool.local.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmpool.local.StartupException;
import dev.warmpool.local.template.FunctionDefinition;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of an archive, which is a zip or a folder, when its project is built again. */
class ArchiveTest {

  private static final byte[] JAVA_17 = {
    (byte) 0xCA, (byte) 0xFE, (byte) 0xBA, (byte) 0xBE, 0, 0, 0, 61
  };

  private static final String HANDLER = "a/Handler.class";

  @TempDir private Path folder;
  private Path zip;
  private Path built;
  private int roots;

  @BeforeEach
  void build() throws IOException {
    zip = folder.resolve("f.zip");
    built = folder.resolve("built");
    zip(HANDLER, JAVA_17);
    write(HANDLER, JAVA_17);
  }

  private void zip(String name, byte[] bytes) throws IOException {
    try (OutputStream file = Files.newOutputStream(zip);
        ZipOutputStream entries = new ZipOutputStream(file)) {
      entries.putNextEntry(new ZipEntry(name));
      entries.write(bytes);
      entries.putNextEntry(new ZipEntry("text"));
      entries.write(name.getBytes());
    }
  }

  private void write(String name, byte[] bytes) throws IOException {
    Path file = built.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
  }

  private static FunctionDefinition function(Path archive) {
    return new FunctionDefinition(
        "F",
        "a.Handler",
        archive,
        Map.of(),
        3,
        128,
        OptionalInt.empty(),
        FunctionDefinition.Calling.PLAIN);
  }

  private Archive archive(Path source) {
    Archive archive = new Archive(source, folder.resolve("roots-" + roots++));
    archive.add(function(source));
    return archive;
  }

  @Test
  void takesAZipThatIsBuiltAgain() throws IOException {
    Archive archive = archive(zip);
    assertThat(archive.refresh()).isEqualTo(1);
    byte[] longer = Arrays.copyOf(JAVA_17, 20);
    zip(HANDLER, longer);

    assertThat(archive.refresh()).isEqualTo(2);
    assertThat(archive.root().resolve(HANDLER)).hasBinaryContent(longer);
    assertThat(archive.refresh()).isEqualTo(2);
  }

  @Test
  void leavesAZipThatIsHalfWritten() throws IOException {
    Archive archive = archive(zip);
    byte[] whole = Files.readAllBytes(zip);
    Files.write(zip, Arrays.copyOf(whole, whole.length - 1));
    assertThat(archive.refresh()).isEqualTo(1);
    Files.delete(zip);
    assertThat(archive.refresh()).isEqualTo(1);
    Files.write(zip, whole);
    assertThat(archive.refresh()).isEqualTo(2);
  }

  @Test
  void leavesAZipWhoseBytesAreNotAllThere() throws IOException {
    Archive archive = archive(zip);
    byte[] bytes = Files.readAllBytes(zip);
    int content = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(HANDLER);
    bytes[content + HANDLER.length() + 3] ^= 1;
    Files.write(zip, bytes);
    assertThat(archive.refresh()).isEqualTo(1);
  }

  @Test
  void takesAFolderThatIsAtRest() throws IOException {
    Archive archive = archive(built);
    write("b/Other.class", JAVA_17);

    assertThat(archive.refresh()).isEqualTo(2);
    assertThat(archive.root().resolve("b/Other.class")).exists();
  }

  @Test
  void leavesABuildThatHasLostItsHandler() throws IOException {
    Archive archive = archive(zip);
    zip("a/Renamed.class", JAVA_17);
    assertThat(archive.refresh()).isEqualTo(1);
    assertThat(archive.root().resolve(HANDLER)).exists();
  }

  @Test
  void refusesWhatCannotStart() throws IOException {
    Path none = folder.resolve("none.zip");
    assertThatThrownBy(() -> archive(none))
        .isInstanceOf(StartupException.class)
        .hasMessage(
            none + " is missing: build the project first, as by 'mvn package' or 'sam build'");

    zip("a/Renamed.class", JAVA_17);
    assertThatThrownBy(() -> archive(zip))
        .hasMessage(
            "the handler 'a.Handler' of F is not in f.zip: correct its name in the template");

    byte[] later = JAVA_17.clone();
    later[7] = 120;
    zip(HANDLER, later);
    assertThatThrownBy(() -> archive(zip)).hasMessageStartingWith("F is compiled for Java 76");

    write("pom.xml", new byte[0]);
    assertThatThrownBy(() -> archive(built))
        .hasMessageContaining("built is a folder of sources: run 'sam build'");
  }
}
