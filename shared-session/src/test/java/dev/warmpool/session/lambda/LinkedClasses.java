package dev.warmpool.session.lambda;

import dev.warmpool.session.testkit.PostgresServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lists the classes of the class path that a process links, from the JVM's log; the JDK's own
 * classes are in its archive. A class that is only loaded while another is verified is left out,
 * because linking the other loads it. Confined to one thread.
 */
final class LinkedClasses {

  /** The class and its file. A class that the JVM generates at run time comes from no file. */
  private static final Pattern LOADED = Pattern.compile("] ([\\w.$]+) source: (file:.*)");

  /** The thread and the class. */
  private static final Pattern LINKED =
      Pattern.compile("\\[(\\d+)] Start class verification for: ([\\w.$]+)");

  private static final String LOG = "classes.log";

  private final PostgresServer server;

  /**
   * @param server the server that the process connects to
   */
  LinkedClasses(PostgresServer server) {
    this.server = server;
  }

  /**
   * Runs the class on this JVM's class path. The classes of each thread are in the order of use,
   * one thread after another: the order in which threads take turns differs from run to run.
   * Classes from the same folder as the main class, the tests', are left out.
   *
   * @throws IllegalStateException with the process's output if the process fails
   */
  List<String> of(String mainClass) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("linked-classes");
    try {
      run(mainClass, folder);
      return parsed(Files.readAllLines(folder.resolve(LOG)), mainClass);
    } finally {
      Files.deleteIfExists(folder.resolve(LOG));
      Files.delete(folder);
    }
  }

  private void run(String mainClass, Path folder) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xlog:class+load,class+init:file=" + LOG + ":tid",
            // Leak detection wraps one buffer in 128, at random, in classes not used otherwise.
            "-Dio.netty.leakDetection.level=disabled",
            "-cp",
            System.getProperty("java.class.path"),
            mainClass);
    Map<String, String> environment = builder.environment();
    environment.keySet().retainAll(List.of("SystemRoot")); // Windows has no sockets without it
    environment.putAll(server.environment());
    environment.put("POSTGRES_SCHEMA", "public");
    environment.put("POOL_TIMEOUT", "60");
    Process process = builder.directory(folder.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException(mainClass + " failed: " + output);
    }
  }

  private static List<String> parsed(List<String> log, String mainClass) {
    Map<String, String> sources = new HashMap<>();
    Map<String, List<String>> linked = new LinkedHashMap<>();
    for (String line : log) {
      Matcher load = LOADED.matcher(line);
      Matcher link = LINKED.matcher(line);
      if (load.find()) {
        sources.put(load.group(1), load.group(2));
      } else if (link.find()) {
        linked.computeIfAbsent(link.group(1), thread -> new ArrayList<>()).add(link.group(2));
      }
    }
    String tests = Objects.requireNonNull(sources.get(mainClass), mainClass);
    return linked.values().stream()
        .flatMap(List::stream)
        .filter(name -> sources.containsKey(name) && !tests.equals(sources.get(name)))
        .toList();
  }
}
