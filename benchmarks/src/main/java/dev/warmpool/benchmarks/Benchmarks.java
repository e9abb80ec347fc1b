package dev.warmpool.benchmarks;

import dev.warmpool.session.testkit.ControlGroup;
import dev.warmpool.session.testkit.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The main class of {@code mvn -Pbenchmarks}: measures every contender with every workload in one
 * run and writes {@code docs/benchmarks.md} and its chart. The server and the latency are this
 * process's and its children's; the contenders run in a {@link Client}, once on all cores and once
 * in a control group. {@code -Dsamples} and {@code -DwarmUp} say how often.
 */
public final class Benchmarks {

  /** Warm-up on a part of a core; the rest of it would take minutes. */
  private static final int SMALL_WARM_UP = 1_000;

  private final PostgresServer server;
  private final Results results = new Results();

  private Benchmarks(PostgresServer server) {
    this.server = server;
  }

  /** Runs all measurements, which takes about ten minutes. */
  public static void main(String[] arguments) throws Exception {
    Path docs = Path.of(System.getProperty("docs", "docs")).toAbsolutePath();
    try (PostgresServer server = PostgresServer.with(Map.of("max_connections", "200"))) {
      server.execute(Sql.SET_UP);
      Benchmarks run = new Benchmarks(server);
      run.wholeCores();
      String small = run.partOfCore();
      new Report(run.results, server.version(), small).write(docs);
    }
  }

  private void wholeCores() throws Exception {
    measure(List.of(), "", Place.LOOPBACK, Place.HALF, Place.ONE, Place.TWO);
  }

  /** Returns how the client was held to a part of a core, or why it was not, in one sentence. */
  private String partOfCore() throws Exception {
    ControlGroup group;
    try {
      group = ControlGroup.of(Place.PROCESSORS);
    } catch (IOException e) {
      return "No control group could be made here, so nothing was measured on 0.58 of a core.";
    }
    try (group) {
      measure(group.prefix(), "" + SMALL_WARM_UP, Place.SMALL);
    }
    return "A control group holds the client to 0.58 of a core; server and latency are outside it.";
  }

  private void measure(List<String> prefix, String warmUp, Place... places) throws Exception {
    Path file = Files.createTempFile("warmpool-benchmarks", ".tsv");
    List<LatencyProxy> proxies = new ArrayList<>();
    List<String> command = new ArrayList<>(prefix);
    command.addAll(java(warmUp));
    command.addAll(List.of(file.toString(), "" + server.port()));
    for (Place place : places) {
      LatencyProxy proxy = LatencyProxy.to(server.port(), place.roundTrip());
      proxies.add(proxy);
      command.add(place + "=" + (place.roundTrip().isZero() ? server.port() : proxy.port()));
    }
    if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
      throw new IllegalStateException("The client failed: " + command);
    }
    proxies.forEach(LatencyProxy::close);
    results.read(file);
    Files.delete(file);
  }

  private static List<String> java(String warmUp) {
    String given = System.getProperty("warmUp", "");
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Dsamples=" + System.getProperty("samples", ""),
        "-DwarmUp=" + (given.isEmpty() ? warmUp : given),
        "-classpath",
        System.getProperty("java.class.path"),
        Client.class.getName());
  }
}
