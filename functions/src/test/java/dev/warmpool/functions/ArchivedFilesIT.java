package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The deployment archive holds what was tested: its files are those that the compiler and the
 * libraries' own builds have made. Nothing that the build of the archive writes, such as the time,
 * can make two archives differ.
 */
class ArchivedFilesIT {

  private static final Path ARCHIVE = Path.of("target", "functions.zip");
  private static final Path CLASSES = Path.of("target", "classes");
  private static final Path LIBRARIES = Path.of("target", "libraries.txt");

  private static final String MERGED = "lib/libraries.jar";
  private static final String MANIFEST = "META-INF/MANIFEST.MF";
  private static final String SERVICES = "META-INF/services/";
  private static final String LICENSES = "META-INF/licenses/[^/]+/";

  @TempDir private Path folder;

  private static Map<String, byte[]> files(Path zip) throws IOException {
    Map<String, byte[]> files = new HashMap<>();
    try (InputStream in = Files.newInputStream(zip);
        ZipInputStream entries = new ZipInputStream(in)) {
      for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
        if (!entry.isDirectory()) {
          files.put(entry.getName(), entries.readAllBytes());
        }
      }
    }
    return files;
  }

  private Map<String, byte[]> libraries() throws IOException {
    Path merged = folder.resolve("libraries.jar");
    Files.write(merged, files(ARCHIVE).get(MERGED));
    return files(merged);
  }

  private static List<String> lines(byte[] file) {
    return new String(file, StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void holdsTheFunctionsClassesAsTheyAreCompiled() throws IOException {
    Map<String, byte[]> archived = files(ARCHIVE);
    archived.remove(MERGED);

    try (Stream<Path> all = Files.walk(CLASSES)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String name = CLASSES.relativize(file).toString().replace(File.separatorChar, '/');
        assertThat(archived.remove(name)).as(name).isEqualTo(Files.readAllBytes(file));
      }
    }
    assertThat(archived.keySet()).isEmpty();
  }

  @Test
  void holdsTheLibrariesFilesAsTheyArePublished() throws IOException {
    Map<String, byte[]> archived = libraries();
    archived.keySet().removeIf(name -> name.equals(MANIFEST) || name.startsWith(SERVICES));

    for (String library : Files.readString(LIBRARIES).strip().split(File.pathSeparator)) {
      Map<String, byte[]> published = files(Path.of(library));
      archived
          .entrySet()
          .removeIf(
              file ->
                  Arrays.equals(
                      file.getValue(), published.get(file.getKey().replaceFirst(LICENSES, ""))));
    }

    assertThat(archived.keySet()).isEmpty();
  }

  @Test
  void namesServicesAsTheLibrariesDo() throws IOException {
    Map<String, byte[]> archived = libraries();
    archived.keySet().removeIf(name -> !name.startsWith(SERVICES));
    assertThat(archived).isNotEmpty();

    Map<String, Set<String>> published = new HashMap<>();
    for (String library : Files.readString(LIBRARIES).strip().split(File.pathSeparator)) {
      files(Path.of(library))
          .forEach(
              (name, file) ->
                  published.computeIfAbsent(name, any -> new HashSet<>()).addAll(lines(file)));
    }

    archived.forEach(
        (name, file) -> assertThat(published.get(name)).as(name).containsAll(lines(file)));
  }
}
