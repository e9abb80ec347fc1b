package dev.warmpool.benchmarks.coldstart;

import dev.warmpool.session.testkit.ControlGroup;
import dev.warmpool.session.testkit.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The main class of {@code mvn -Psmall-functions}: starts functions with the share of a processor
 * that Lambda gives to little memory, and writes the figures into {@code docs/cold-start.md}. Fails
 * if a first request is not answered in time. Contenders take turns.
 */
public final class SmallFunctions {

  private static final int[] MEGABYTES = {128, 256, 512};

  /** Lambda gives a whole processor to a function of this size. */
  private static final double MEGABYTES_OF_A_PROCESSOR = 1_769;

  private static final int STARTS = Integer.getInteger("starts", 3);
  private static final Path PAGE = Path.of("docs", "cold-start.md");
  private static final String BEGIN = "<!-- small -->";
  private static final String END = "<!-- small end -->";

  private final RuntimeClient client;
  private final Map<String, String> variables;
  private final byte[] event;
  private final List<Contender> contenders;
  private final List<String> failures = new ArrayList<>();
  private final StringBuilder table = new StringBuilder();

  private SmallFunctions(Path project, PostgresServer server) throws Exception {
    Path folder = Files.createTempDirectory("small-functions");
    this.client = new RuntimeClient(folder);
    this.variables = ColdStarts.variables(project, server);
    this.event = Files.readAllBytes(project.resolve(ColdStarts.EVENT));
    this.contenders = new Contenders(project, folder).withPools();
  }

  /** Runs all measurements, which takes some minutes. */
  public static void main(String[] arguments) throws Exception {
    try (ControlGroup probe = ControlGroup.of(1)) {
      probe.prefix();
    } catch (IOException e) {
      System.out.println("small functions are not measured: no control group can be made: " + e);
      return;
    }
    Path project = Path.of("").toAbsolutePath();
    boolean answered;
    try (PostgresServer server = PostgresServer.with(Map.of("max_connections", "100"))) {
      SmallFunctions run = new SmallFunctions(project, server);
      run.measure();
      run.write(project.resolve(PAGE));
      run.failures.forEach(System.out::println);
      answered = run.failures.isEmpty();
    }
    System.exit(answered ? 0 : 1); // threads of the Runtime API may still wait
  }

  /** The share of a processor that a function of this size gets. */
  private static double share(int megabytes) {
    return megabytes / MEGABYTES_OF_A_PROCESSOR;
  }

  private void measure() throws Exception {
    table.append(
        "\n\n%d starts each; init, first response and total in milliseconds, medians; the longest total.\n\n"
            .formatted(STARTS));
    table.append("| Java | memory MB | processors | function | init | first response | total |");
    table.append(" longest |\n|---|---|---|---|---|---|---|---|\n");
    for (JavaInstallation java : JavaInstallation.all()) {
      for (int megabytes : MEGABYTES) {
        measure(java, megabytes);
      }
    }
    table.append("\n");
  }

  private void measure(JavaInstallation java, int megabytes) throws Exception {
    List<List<StartTimes>> times = new ArrayList<>();
    contenders.forEach(contender -> times.add(new ArrayList<>()));
    for (int i = 0; i < STARTS; i++) {
      for (int c = 0; c < contenders.size(); c++) {
        try (ControlGroup group = ControlGroup.of(share(megabytes))) {
          FunctionProcess.Size size = new FunctionProcess.Size(megabytes, group.prefix());
          FunctionProcess.Launch launch =
              new FunctionProcess.Launch(java.launcher(), client, variables, size);
          times.get(c).add(Measurement.COLD.run(launch, contenders.get(c), event));
        } catch (IllegalStateException e) {
          failures.add(
              "%s, %d MB, Java %s: %s"
                  .formatted(contenders.get(c).name(), megabytes, java.version(), e.getMessage()));
        }
      }
    }
    for (int c = 0; c < contenders.size(); c++) {
      table.append(row(java, megabytes, contenders.get(c), times.get(c)));
    }
  }

  private static String row(
      JavaInstallation java, int megabytes, Contender contender, List<StartTimes> times) {
    String start =
        "| %s | %d | %.2f | %s"
            .formatted(java.version(), megabytes, share(megabytes), contender.name());
    if (times.size() < STARTS) {
      return "%s | %d of %d did not answer | | | |\n"
          .formatted(start, STARTS - times.size(), STARTS);
    }
    double[] totals = times.stream().mapToDouble(StartTimes::total).sorted().toArray();
    return "%s | %.0f | %.0f | %.0f | %.0f |\n"
        .formatted(
            start,
            median(times.stream().mapToDouble(StartTimes::init).toArray()),
            median(times.stream().mapToDouble(StartTimes::first).toArray()),
            median(totals),
            totals[totals.length - 1]);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private void write(Path page) throws IOException {
    String text = Files.readString(page);
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IllegalStateException(page + " has no " + BEGIN + " … " + END);
    }
    Files.writeString(
        page, text.substring(0, begin + BEGIN.length()) + table + text.substring(end));
  }
}
