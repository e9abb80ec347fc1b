package dev.warmpool.archive;

import dev.warmpool.archive.ClassRewriter.Variables;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Copies a folder or a jar, with its classes rewritten; those of a jar, which are libraries', lose
 * the names of local variables. A jar is written without compression, sorted and with the times of
 * its original, so that the same classes make the same jar.
 */
public final class RewriteClasses {

  private static final Map<String, String> NEW_JAR =
      Map.of("create", "true", "compressionMethod", "STORED");

  private final Path from;
  private final Path to;
  private final Variables variables;

  private RewriteClasses(Path from, Path to, Variables variables) {
    this.from = from;
    this.to = to;
    this.variables = variables;
  }

  /**
   * @param arguments pairs: what is read, and where the copy is written, anew
   */
  public static void main(String[] arguments) throws IOException {
    for (int i = 0; i < arguments.length; i += 2) {
      copy(Path.of(arguments[i]), Path.of(arguments[i + 1]));
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    delete(to);
    if (Files.isDirectory(from)) {
      new RewriteClasses(from, to, Variables.NAMED).copy();
      return;
    }
    Files.createDirectories(to.getParent());
    try (FileSystem read = FileSystems.newFileSystem(from);
        FileSystem written = FileSystems.newFileSystem(to, NEW_JAR)) {
      new RewriteClasses(read.getPath("/"), written.getPath("/"), Variables.UNNAMED).copy();
    }
  }

  private static void delete(Path old) throws IOException {
    if (Files.exists(old)) {
      try (Stream<Path> all = Files.walk(old)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  private void copy() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(from)) {
      files = all.filter(Files::isRegularFile).sorted().toList();
    }
    for (Path file : files) {
      String name = from.relativize(file).toString();
      byte[] bytes = Files.readAllBytes(file);
      if (isClass(name)) {
        for (Map.Entry<String, byte[]> made :
            ClassRewriter.rewritten(bytes, variables).entrySet()) {
          write(made.getKey() + ".class", made.getValue(), file);
        }
      } else {
        write(name, bytes, file);
      }
    }
  }

  /** What is only for some version of Java stays as it is: there is little of it. */
  private static boolean isClass(String name) {
    return name.endsWith(".class") && !name.startsWith("META-INF");
  }

  private void write(String name, byte[] bytes, Path original) throws IOException {
    Path file = to.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
    Files.setLastModifiedTime(file, Files.getLastModifiedTime(original));
  }
}
