package dev.warmpool.benchmarks.coldstart;

import dev.warmpool.session.testkit.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Creates the folder of a container image of the HTTP API and trains its AOT cache there. The cache
 * is valid only for the same Java, jars and class path, so the arguments of {@code java} are
 * written beside it.
 */
public final class TrainImage {

  private static final String HANDLER = "dev.warmpool.functions.ApiHandler";
  private static final int MEGABYTES = 1_024;

  private TrainImage() {}

  /**
   * Writes {@code jars}, {@code function.aot} and {@code java.args} into a folder.
   *
   * @param arguments the folder; the project is the working directory
   */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length != 1) {
      throw new IllegalArgumentException(
          "the argument must be the image's folder; see train-aot-cache");
    }
    Path project = Path.of("").toAbsolutePath();
    Path folder = Files.createDirectories(Path.of(arguments[0]).toAbsolutePath());
    try (PostgresServer server = PostgresServer.with(Map.of("max_connections", "20"))) {
      RuntimeClient client = new RuntimeClient(folder);
      FunctionProcess.Launch launch =
          new FunctionProcess.Launch(
              Path.of(System.getProperty("java.home"), "bin", "java"),
              client,
              ColdStarts.variables(project, server),
              FunctionProcess.Size.WHOLE);
      Contender image =
          new Contender("image", HANDLER, folder, jars(project, folder), List.of(), Map.of(), 0);
      byte[] event = Files.readAllBytes(project.resolve(ColdStarts.EVENT));
      Contender trained = AotTraining.train(launch, image, event);
      Files.writeString(folder.resolve("java.args"), arguments(client, trained));
    }
    System.exit(0); // threads of the Runtime API may still wait
  }

  /** Copies the jars; not into {@code lib}, where the runtime client would load them again. */
  private static List<Path> jars(Path project, Path folder) throws Exception {
    List<Path> sources = new ArrayList<>(RuntimeClient.jars());
    sources.add(Contenders.jar(project, "functions/target/warmpool-functions-"));
    sources.add(project.resolve("functions/target/libraries.jar"));
    Path jars = Files.createDirectories(folder.resolve("jars"));
    List<Path> copies = new ArrayList<>();
    for (Path source : sources) {
      Path copy = jars.resolve(source.getFileName());
      copies.add(Files.copy(source, copy, StandardCopyOption.REPLACE_EXISTING));
    }
    return copies;
  }

  private static String arguments(RuntimeClient client, Contender trained) {
    List<String> lines = new ArrayList<>(client.flags(MEGABYTES));
    lines.addAll(trained.flags());
    lines.add("-cp " + trained.classPathText());
    lines.add(RuntimeClient.mainClass());
    return String.join("\n", lines) + "\n";
  }
}
