package dev.warmpool.benchmarks.coldstart;

import dev.warmpool.session.testkit.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The main class of {@code mvn -Poverhead}: measures what logs and metrics cost a request, and
 * writes the figures into {@code docs/operating.md}. Functions with and without both take turns, so
 * that disturbances of the machine affect both. Fails if the cost exceeds its bounds.
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

  private static final int STARTS = Integer.getInteger("starts", 24);
  private static final int TURNS = Integer.getInteger("turns", 120);

  /** Consecutive requests of one function before the other one's turn. */
  private static final int TURN = 20;

  private static final int WARM_UP = 2_000;
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
        "\n\n%d cores, %s; PostgreSQL %s on the same machine; medians in milliseconds of %d starts and of %,d requests each.\n\n"
            .formatted(
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.arch"),
                postgres,
                STARTS,
                TURNS * TURN));
    table.append("| Java | request | on | off | difference | bytes of log |\n");
    table.append("|---|---|---|---|---|---|\n");
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
    Times on = new Times();
    Times off = new Times();
    for (int i = 0; i < STARTS; i++) {
      boolean isOnFirst = i % 2 == 0;
      cold(java, isOnFirst ? ON : OFF, isOnFirst ? on : off);
      cold(java, isOnFirst ? OFF : ON, isOnFirst ? off : on);
    }
    row(java, "cold, from the start of the process", on, off, MOST_COLD_MILLIS);
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
    Times on = new Times();
    Times off = new Times();
    try (FunctionProcess with = start(java, ON);
        FunctionProcess without = start(java, OFF)) {
      turn(with, WARM_UP, new Times());
      turn(without, WARM_UP, new Times());
      for (int i = 0; i < TURNS; i++) {
        turn(i % 2 == 0 ? with : without, TURN, i % 2 == 0 ? on : off);
        turn(i % 2 == 0 ? without : with, TURN, i % 2 == 0 ? off : on);
      }
    }
    row(java, "warm", on, off, MOST_WARM_MILLIS);
  }

  private void turn(FunctionProcess child, int requests, Times times) throws Exception {
    long before = child.logged();
    for (int i = 0; i < requests; i++) {
      long asked = System.nanoTime();
      times.add((child.api().answer(event) - asked) / 1e6);
    }
    times.logged(child.logged() - before);
  }

  private void row(JavaInstallation java, String request, Times on, Times off, double most) {
    double difference = on.median() - off.median();
    isWithinBounds &= difference <= most;
    table.append(
        String.format(
            Locale.ROOT,
            "| %s | %s | %.2f | %.2f | %.2f | %,d |\n",
            java.version(),
            request,
            on.median(),
            off.median(),
            difference,
            on.bytes() - off.bytes()));
  }

  /** Times and bytes of one function. */
  private static final class Times {

    private final List<Double> millis = new ArrayList<>();
    private long bytes;

    void add(double time) {
      millis.add(time);
    }

    void logged(long more) {
      bytes += more;
    }

    double median() {
      double[] sorted = millis.stream().mapToDouble(time -> time).sorted().toArray();
      return Arrays.stream(sorted, (sorted.length - 1) / 2, sorted.length / 2 + 1)
          .average()
          .orElseThrow();
    }

    /** Of the log, for each request. */
    long bytes() {
      return bytes / millis.size();
    }
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
