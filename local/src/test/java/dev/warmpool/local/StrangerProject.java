package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.ToolProvider;

/**
 * A project of another developer's, which knows nothing of this one: sources, a template with a
 * REST API and a queue, and functions that do not run here.
 */
record StrangerProject(Path folder) {

  private static final Path SOURCE = Path.of("src/test/resources/stranger");

  /** Copies and builds it. */
  static StrangerProject in(Path folder) {
    try (Stream<Path> files = Files.walk(SOURCE)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = folder.resolve(SOURCE.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
      StrangerProject project = new StrangerProject(folder);
      project.pack();
      return project;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path archive() {
    return folder.resolve("build/shop.jar");
  }

  /** Changes a text of the sources. */
  StrangerProject edit(String from, String to) throws IOException {
    Path source = folder.resolve("src/shop/Orders.java");
    Files.writeString(source, Files.readString(source).replace(from, to));
    return this;
  }

  /** Compiles the sources; the folder with the classes and, in {@code lib}, their libraries. */
  Path compile() throws IOException {
    Path classes = Files.createDirectories(folder.resolve("build/classes"));
    Path lib = Files.createDirectories(classes.resolve("lib"));
    for (Path library : libraries()) {
      Path copy = lib.resolve(library.getFileName());
      if (!Files.exists(copy)) {
        Files.copy(library, copy);
      }
    }
    List<String> arguments =
        new ArrayList<>(List.of("--release", "17", "-d", classes.toString(), "-cp"));
    arguments.add(
        Stream.concat(libraries().stream(), Stream.of(place(RequestHandler.class)))
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator)));
    try (Stream<Path> sources = Files.walk(folder.resolve("src"))) {
      sources.map(Path::toString).filter(file -> file.endsWith(".java")).forEach(arguments::add);
    }
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, arguments.toArray(String[]::new));
    assertThat(status).isZero();
    return classes;
  }

  /** Compiles the sources into the archive. */
  void pack() throws IOException {
    Path classes = compile();
    try (OutputStream file = Files.newOutputStream(archive());
        ZipOutputStream zip = new ZipOutputStream(file);
        Stream<Path> files = Files.walk(classes)) {
      for (Path entry : files.filter(Files::isRegularFile).sorted().toList()) {
        zip.putNextEntry(new ZipEntry(classes.relativize(entry).toString()));
        Files.copy(entry, zip);
      }
    }
  }

  /** The library of event classes and the one of times that it uses. */
  private static List<Path> libraries() {
    return List.of(place(SQSEvent.class), place(joda()));
  }

  private static Class<?> joda() {
    try {
      return Class.forName("org.joda.time.DateTime");
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path place(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
