package dev.warmpool.benchmarks.coldstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The functions that are compared, read from the build's output. Confined to one run. */
final class Contenders {

  /** Name of the baseline. */
  static final String EMPTY = "empty handler";

  static final String WARMPOOL = "Warmpool";
  private static final String HIKARI = "HikariCP";
  private static final String EMPTY_PACKAGE = "dev.warmpool.benchmarks.empty.";

  private final Path project;
  private final Path folder;
  private final List<Contender> all = new ArrayList<>();

  /**
   * Unpacks the archives of all contenders.
   *
   * @param project folder of the project, which must be built
   * @param folder folder into which the archives are unpacked
   */
  Contenders(Path project, Path folder) throws IOException {
    this.project = project;
    this.folder = folder;
    Archive empty = unpack("benchmarks/peers/empty/target/archive.zip");
    add(EMPTY, EMPTY_PACKAGE + "EmptyHandler", empty);
    add("empty stream handler", EMPTY_PACKAGE + "EmptyStreamHandler", empty);
    all.add(warmpool(project, folder));
    add(
        HIKARI,
        "dev.warmpool.benchmarks.hikari.UsersHandler",
        unpack("benchmarks/peers/hikari/target/archive.zip"));
    add(
        "Spring",
        "org.springframework.cloud.function.adapter.aws.FunctionInvoker",
        unpack("benchmarks/peers/spring/target/archive.zip"));
  }

  /** The HTTP API alone, with the layout of its deployment archive. */
  static Contender warmpool(Path project, Path folder) throws IOException {
    Archive archive =
        Archive.unpack(project.resolve("functions/target/functions.zip"), folder.resolve("api"));
    return new Contender(
        WARMPOOL,
        "dev.warmpool.functions.ApiHandler",
        archive.root(),
        RuntimeClient.jars(),
        List.of(),
        Map.of(),
        archive.bytes());
  }

  private Archive unpack(String zip) throws IOException {
    Path root = folder.resolve("task-" + Path.of(zip).getName(zip.split("/").length - 3));
    return Files.exists(root)
        ? new Archive(root, Files.size(project.resolve(zip)))
        : Archive.unpack(project.resolve(zip), root);
  }

  private void add(String name, String handler, Archive archive) {
    all.add(
        new Contender(
            name,
            handler,
            archive.root(),
            RuntimeClient.jars(),
            List.of(),
            Map.of(),
            archive.bytes()));
  }

  /** Those that answer from a pool and load no framework. */
  List<Contender> withPools() {
    return all.stream()
        .filter(contender -> List.of(WARMPOOL, HIKARI).contains(contender.name()))
        .toList();
  }

  /**
   * The contenders with the layout of a deployment archive.
   *
   * @param ways in which a deployed function gets its password: the name in the tables, and the
   *     variables
   */
  List<Contender> deployed(Map<String, Map<String, String>> ways) {
    List<Contender> deployed = new ArrayList<>();
    for (Contender contender : all) {
      deployed.add(contender);
      if (contender.name().equals(WARMPOOL)) {
        ways.forEach(
            (way, variables) -> deployed.add(contender.as(WARMPOOL + ", " + way, variables)));
      }
    }
    return deployed;
  }

  /**
   * The contenders for which an AOT cache can be trained, with the layout of a container image: all
   * classes are on the class path and in jars, because the cache ignores folders and other class
   * loaders.
   */
  List<Contender> inImage() throws IOException {
    return List.of(
        inImage(WARMPOOL, "functions/target/warmpool-functions-"),
        inImage(HIKARI, "benchmarks/peers/hikari/target/warmpool-peer-hikari-"));
  }

  private Contender inImage(String name, String jarPrefix) throws IOException {
    Contender deployed =
        all.stream().filter(contender -> contender.name().equals(name)).findFirst().orElseThrow();
    Path task = Files.createDirectories(folder.resolve("image-" + name));
    List<Path> classPath = new ArrayList<>(RuntimeClient.jars());
    classPath.add(jar(project, jarPrefix));
    classPath.addAll(new Archive(deployed.task(), 0).jars());
    return new Contender(
        name + ", AOT cache",
        deployed.handler(),
        task,
        classPath,
        List.of(),
        Map.of(),
        deployed.archiveBytes());
  }

  /** Finds the jar of a module by the start of its path. */
  static Path jar(Path project, String prefix) throws IOException {
    Path path = project.resolve(prefix);
    try (Stream<Path> files = Files.list(path.getParent())) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("" + path.getFileName()))
          .filter(file -> file.getFileName().toString().matches(".*\\d(-SNAPSHOT)?\\.jar"))
          .findFirst()
          .orElseThrow(() -> new IllegalStateException(path + "….jar is missing: build it"));
    }
  }
}
