package dev.warmpool.benchmarks.coldstart;

import dev.warmpool.session.testkit.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The main class of {@code mvn -Poverhead}: measures what logs and metrics cost a request, and
 * writes the figures into {@code docs/operating.md}. Functions with and without both take turns, so
 * that disturbances of the machine affect both, in several pairs of processes, since two processes
 * of the same settings differ by more than the lines cost. Fails if the cost exceeds its bounds.
 */
public final class Overhead {

  private static final Map<String, String> ON =
      Map.of(
          "WARMPOOL_METRICS", "emf",
          "AWS_LAMBDA_LOG_FORMAT", "JSON",
          "AWS_LAMBDA_LOG_LEVEL", "INFO");

  private static final Map<String, String> OFF =
      Map.of(
          "WARMPOOL_METRICS", "none",
          "AWS_LAMBDA_LOG_FORMAT", "JSON",
          "AWS_LAMBDA_LOG_LEVEL", "ERROR");

  private static final double MOST_WARM_MILLIS = 0.1;
  private static final double MOST_COLD_MILLIS = 10;

  private static final int STARTS = Integer.getInteger("starts", 100);
  private static final int PAIRS = Integer.getInteger("pairs", 12);
  private static final int TURNS = Integer.getInteger("turns", 30);

  /** Consecutive requests of one function before the other one's turn. */
  private static final int TURN = 20;

  private static final int WARM_UP = Integer.getInteger("warmUp", 2_000);
  private static final Path PAGE = Path.of("docs", "operating.md");
  private static final String BEGIN = "<!-- overhead -->";
  private static final String END = "<!-- overhead end -->";

  private final RuntimeClient client;
  private final Map<String, String> variables;
  private final byte[] event;
  private final Contender function;
  private final StringBuilder table = new StringBuilder();
  private boolean isWithinBounds = true;

  private Overhead(Path project, PostgresServer server) throws Exception {
    Path folder = Files.createTempDirectory("overhead");
    this.client = new RuntimeClient(folder);
    this.variables = ColdStarts.variables(project, server);
    this.event = Files.readAllBytes(project.resolve(ColdStarts.EVENT));
    this.function = Contenders.warmpool(project, folder);
  }

  /** Runs all measurements, which takes some minutes. */
  public static void main(String[] arguments) throws Exception {
    Path project = Path.of("").toAbsolutePath();
    boolean isWithinBounds;
    try (PostgresServer server = PostgresServer.with(Map.of("max_connections", "100"))) {
      Overhead run = new Overhead(project, server);
      run.measure(server.version());
      run.write(project.resolve(PAGE));
      isWithinBounds = run.isWithinBounds;
    }
    System.exit(isWithinBounds ? 0 : 1); // threads of the Runtime API may still wait
  }

  private void measure(String postgres) throws Exception {
    table.append(
        "\n\n%d cores, %s; PostgreSQL %s on the same machine; medians in milliseconds of %d pairs of starts, and of %d pairs of processes with %,d requests each. The difference is the median of the pairs' differences, with its 95 %% confidence interval.\n\n"
            .formatted(
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.arch"),
                postgres,
                STARTS,
                PAIRS,
                TURNS * TURN));
    table.append("| Java | request | on | off | difference | interval | bytes of log |\n");
    table.append("|---|---|---|---|---|---|---|\n");
    for (JavaInstallation java : JavaInstallation.all()) {
      cold(java);
      warm(java);
    }
    table.append("\n");
  }

  private FunctionProcess start(JavaInstallation java, Map<String, String> settings)
      throws IOException {
    Map<String, String> all = new HashMap<>(variables);
    all.putAll(settings);
    return new FunctionProcess(
        new FunctionProcess.Launch(java.launcher(), client, all, FunctionProcess.Size.WHOLE),
        function,
        "on-demand");
  }

  private void cold(JavaInstallation java) throws Exception {
    Pairs pairs = new Pairs();
    for (int i = 0; i < STARTS; i++) {
      Times on = new Times();
      Times off = new Times();
      boolean isOnFirst = i % 2 == 0;
      cold(java, isOnFirst ? ON : OFF, isOnFirst ? on : off);
      cold(java, isOnFirst ? OFF : ON, isOnFirst ? off : on);
      pairs.add(on, off);
    }
    row(java, "cold, from the start of the process", pairs, MOST_COLD_MILLIS);
  }

  private void cold(JavaInstallation java, Map<String, String> settings, Times times)
      throws Exception {
    try (FunctionProcess child = start(java, settings)) {
      child.api().ready();
      times.add(child.millis(child.api().answer(event)));
      times.logged(child.logged());
    }
  }

  private void warm(JavaInstallation java) throws Exception {
    Pairs pairs = new Pairs();
    for (int i = 0; i < PAIRS; i++) {
      boolean isOnFirst = i % 2 == 0;
      try (FunctionProcess first = start(java, isOnFirst ? ON : OFF);
          FunctionProcess second = start(java, isOnFirst ? OFF : ON)) {
        pair(isOnFirst ? first : second, isOnFirst ? second : first, pairs);
      }
    }
    row(java, "warm", pairs, MOST_WARM_MILLIS);
  }

  private void pair(FunctionProcess with, FunctionProcess without, Pairs pairs) throws Exception {
    turn(with, WARM_UP, new Times());
    turn(without, WARM_UP, new Times());
    Times on = new Times();
    Times off = new Times();
    for (int i = 0; i < TURNS; i++) {
      turn(i % 2 == 0 ? with : without, TURN, i % 2 == 0 ? on : off);
      turn(i % 2 == 0 ? without : with, TURN, i % 2 == 0 ? off : on);
    }
    pairs.add(on, off);
  }

  private void turn(FunctionProcess child, int requests, Times times) throws Exception {
    long before = child.logged();
    for (int i = 0; i < requests; i++) {
      long asked = System.nanoTime();
      times.add((child.api().answer(event) - asked) / 1e6);
    }
    times.logged(child.logged() - before);
  }

  private void row(JavaInstallation java, String request, Pairs pairs, double most) {
    isWithinBounds &= pairs.difference() <= most;
    table.append(
        String.format(
            Locale.ROOT,
            "| %s | %s | %.2f | %.2f | %.2f | %s | %,d |\n",
            java.version(),
            request,
            pairs.on(),
            pairs.off(),
            pairs.difference(),
            pairs.interval(),
            pairs.bytes()));
  }

  private void write(Path page) throws IOException {
    String text = Files.readString(page);
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IllegalStateException(page + " has no " + BEGIN + " … " + END);
    }
    System.out.print(table);
    Files.writeString(
        page, text.substring(0, begin + BEGIN.length()) + table + text.substring(end));
  }
}
