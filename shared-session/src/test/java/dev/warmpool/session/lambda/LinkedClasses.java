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
 * The classes that a process links, from the JVM's log: those of the class path, which the JDK's
 * own archive does not hold. A class that is only loaded because another is verified is not among
 * them: the other brings it. Confined to one thread.
 */
final class LinkedClasses {

  /** With the thread. A class that the JVM makes as the program runs comes from no file. */
  private static final Pattern LOADED = Pattern.compile("] ([\\w.$]+) source: (file:.*)");

  private static final Pattern LINKED =
      Pattern.compile("\\[(\\d+)] Start class verification for: ([\\w.$]+)");

  private static final String LOG = "classes.log";

  private final PostgresServer server;

  /**
   * @param server the settings of the process name it
   */
  LinkedClasses(PostgresServer server) {
    this.server = server;
  }

  /**
   * Runs the class on this JVM's class path. Each thread's classes are in the order of use, and one
   * thread's follow another's: how threads take turns differs from run to run, and with it would
   * the list. What comes with the class itself is left out, as a test's.
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
            // It wraps one buffer in 128, at random, in classes that are else not used.
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
