package dev.warmpool.local.workspace;

import dev.warmpool.local.StartupException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The jars inside of the runnable jar, unpacked once into a folder under the user's cache folder
 * that is named by their contents. Folders of other versions are deleted when unused for a month.
 */
public final class UnpackedJars {

  /** The folder in the runnable jar. */
  private static final String INSIDE = "runner/";

  private UnpackedJars() {}

  /**
   * Unpacks the jars unless they are there, and returns their paths.
   *
   * @param jar the runnable jar
   * @param cache the user's cache folder
   * @throws StartupException if they cannot be unpacked, or another user could have written to the
   *     folder
   */
  public static List<Path> of(Path jar, Path cache) {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      List<? extends ZipEntry> entries = zip.stream().filter(UnpackedJars::isInside).toList();
      Path root = PrivateFolder.create(cache.resolve("warmpool"), Workspace.CACHE);
      Path versions = Files.createDirectories(root.resolve("runner"));
      CachedFolders folders = new CachedFolders(versions);
      String name = name(entries);
      Optional<Path> present = folders.find(name);
      Path folder =
          present.isPresent()
              ? present.get()
              : folders.keep(unpacked(zip, entries, versions), name);
      return entries.stream().map(entry -> folder.resolve(name(entry))).toList();
    } catch (IOException e) {
      throw new StartupException(
          "%s cannot be unpacked into %s (%s): set XDG_CACHE_HOME to a folder of your own"
              .formatted(jar, cache, e),
          e);
    }
  }

  private static boolean isInside(ZipEntry entry) {
    return entry.getName().startsWith(INSIDE) && !entry.isDirectory();
  }

  private static String name(ZipEntry entry) {
    return entry.getName().substring(INSIDE.length());
  }

  /** The entries' names and checksums decide. */
  private static String name(List<? extends ZipEntry> entries) {
    CRC32 all = new CRC32();
    entries.forEach(
        entry ->
            all.update(
                (entry.getName() + entry.getCrc() + entry.getSize())
                    .getBytes(StandardCharsets.UTF_8)));
    return "%08x-%d".formatted(all.getValue(), entries.stream().mapToLong(ZipEntry::getSize).sum());
  }

  private static Path unpacked(ZipFile zip, List<? extends ZipEntry> entries, Path versions)
      throws IOException {
    Path partial = Files.createTempDirectory(versions, "partial");
    for (ZipEntry entry : entries) {
      try (InputStream in = zip.getInputStream(entry)) {
        Files.copy(in, partial.resolve(name(entry)));
      }
    }
    return partial;
  }
}
