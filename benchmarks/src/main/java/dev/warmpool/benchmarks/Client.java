package dev.warmpool.benchmarks;

import java.nio.file.Path;
import java.util.Map;

/**
 * The process that measures, apart from the server and the latency between them. Confined to one
 * thread.
 */
final class Client {

  private static final int WARM_UP = Integer.getInteger("warmUp", 2_000);

  private static final int SAMPLES = Integer.getInteger("samples", 240);

  /** Runs that open the connections of a place. */
  private static final int OPENING = 10;

  private final Path project = Path.of("").toAbsolutePath();
  private final Results results = new Results();

  private Client() {}

  /**
   * Measures at each place and writes the results.
   *
   * @param arguments the file for the results, the server's own port, and {@code PLACE=PORT} for
   *     each place
   */
  public static void main(String[] arguments) throws Exception {
    Client client = new Client();
    System.out.println("warm-up");
    client.warmUp(arguments[1]);
    for (int i = 2; i < arguments.length; i++) {
      String[] place = arguments[i].split("=");
      System.out.println(Place.valueOf(place[0]).title());
      client.at(Place.valueOf(place[0]), place[1]);
    }
    client.results.write(Path.of(arguments[0]));
    System.exit(0); // some pools leave threads running
  }

  private void warmUp(String port) {
    try (Contenders contenders = new Contenders(server(port))) {
      new Cases(results, contenders, null).warmUp(WARM_UP);
    }
  }

  private void at(Place place, String port) throws Exception {
    try (Contenders contenders = new Contenders(server(port));
        SqlAlchemy original = SqlAlchemy.start(project, Integer.parseInt(port))) {
      Cases cases = new Cases(results, contenders, original);
      cases.warmUp(OPENING);
      cases.measure(place);
      if (place == Place.LOOPBACK) {
        Callers.allocated(results, contenders.all());
      }
      if (place == Place.ONE) {
        Callers.concurrent(results, contenders.forManyCallers());
      }
    }
    if (ManyRows.PLACES.contains(place)) {
      ManyRows.measure(results, place, server(port), Math.max(1, SAMPLES / 12));
    }
  }

  private static Map<String, String> server(String port) {
    return Map.of(
        "POSTGRES_HOST", "127.0.0.1",
        "POSTGRES_PORT", port,
        "POSTGRES_DB", "postgres",
        "POSTGRES_USER", "postgres",
        "POSTGRES_PASSWORD", "postgres");
  }
}
