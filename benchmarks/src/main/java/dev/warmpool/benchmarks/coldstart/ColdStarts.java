package dev.warmpool.benchmarks.coldstart;

import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.TokenServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The main class of {@code mvn -Pcold-start}: starts every contender repeatedly on each Java
 * version and writes the figures into {@code docs/cold-start.md} and its chart. Contenders take
 * turns, so that disturbances of the machine affect all of them.
 */
public final class ColdStarts {

  /** Measured starts of each contender; one unmeasured start precedes them. */
  private static final int STARTS = Integer.getInteger("starts", 15);

  static final String EVENT = "events/HttpFunction-get-user.json";
  private static final String MIGRATION = "functions/src/main/resources/db/migration/V1__users.sql";

  private final Path folder;
  private final Map<String, String> variables;
  private final byte[] event;

  private ColdStarts(Path project, PostgresServer server) throws Exception {
    this.folder = Files.createTempDirectory("cold-start");
    this.event = Files.readAllBytes(project.resolve(EVENT));
    this.variables = variables(project, server);
  }

  /** Creates the user that the event reads; returns the functions' environment variables. */
  static Map<String, String> variables(Path project, PostgresServer server) throws Exception {
    try (Connection connection = server.admin();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA app; SET search_path TO app");
      statement.execute(Files.readString(project.resolve(MIGRATION)));
      statement.execute("INSERT INTO users (email, name) VALUES ('ada@example.org', 'Ada')");
      statement.execute("CREATE ROLE app LOGIN; GRANT USAGE ON SCHEMA app TO app");
      statement.execute("GRANT SELECT ON ALL TABLES IN SCHEMA app TO app");
    }
    Map<String, String> variables = new HashMap<>(server.environment());
    variables.put("POSTGRES_SCHEMA", "app");
    variables.put("MAIN_CLASS", "dev.warmpool.benchmarks.spring.Application");
    return variables;
  }

  /** Runs all measurements, which takes some minutes. */
  public static void main(String[] arguments) throws Exception {
    Path project = Path.of("").toAbsolutePath();
    try (PostgresServer server = PostgresServer.with(Map.of("max_connections", "100"))) {
      ColdStarts run = new ColdStarts(project, server);
      List<Results> results = new ArrayList<>();
      RuntimeClient client = new RuntimeClient(run.folder);
      Contenders contenders = new Contenders(project, run.folder);
      try (TokenServer tokens = new TokenServer(run.folder, server.port());
          SecretEmulator secrets = new SecretEmulator("postgres", "postgres")) {
        List<Contender> deployed = contenders.deployed(ways(tokens, secrets));
        for (JavaInstallation java : JavaInstallation.all()) {
          results.add(run.on(java, client, contenders, deployed));
        }
        requireLogins(tokens, secrets, results);
      }
      new Report(results, server.version()).write(project.resolve("docs"));
    }
    System.exit(0); // threads of the Runtime API may still wait
  }

  private static Map<String, Map<String, String>> ways(TokenServer tokens, SecretEmulator secrets) {
    Map<String, String> secret = new HashMap<>(secrets.environment());
    secret.putAll(credentials());
    Map<String, Map<String, String>> ways = new LinkedHashMap<>();
    ways.put("TLS and token", byToken(tokens));
    ways.put("secret", secret);
    return ways;
  }

  /** What the template sets, and the credentials that Lambda gives: the token is signed by them. */
  static Map<String, String> byToken(TokenServer tokens) {
    Map<String, String> variables = new HashMap<>(tokens.environment());
    variables.putAll(credentials());
    return variables;
  }

  private static Map<String, String> credentials() {
    return Map.of(
        "AWS_ACCESS_KEY_ID", "ASIAEXAMPLE",
        "AWS_SECRET_ACCESS_KEY", "secret",
        "AWS_SESSION_TOKEN", "session");
  }

  /** Each start has signed a token or read the secret: else something else was measured. */
  private static void requireLogins(
      TokenServer tokens, SecretEmulator secrets, List<Results> results) {
    int starts = results.size() * (STARTS + 1) * Measurement.values().length;
    if (tokens.accepted().size() < starts
        || !tokens.refused().isEmpty()
        || secrets.read() < starts) {
      throw new IllegalStateException(
          "%d starts, %d tokens accepted, %d refused, %d secrets read"
              .formatted(
                  starts, tokens.accepted().size(), tokens.refused().size(), secrets.read()));
    }
  }

  private Results on(
      JavaInstallation java, RuntimeClient client, Contenders contenders, List<Contender> deployed)
      throws Exception {
    FunctionProcess.Launch launch =
        new FunctionProcess.Launch(java.launcher(), client, variables, FunctionProcess.Size.WHOLE);
    List<Contender> all = new ArrayList<>(deployed);
    if (java.hasAotCache()) {
      for (Contender contender : contenders.inImage()) {
        all.add(AotTraining.train(launch, contender, event));
      }
    }
    Results results = new Results(java);
    for (int round = 0; round <= STARTS; round++) {
      for (Measurement measurement : Measurement.values()) {
        for (Contender contender : all) {
          StartTimes start = measurement.run(launch, contender, event);
          if (round > 0) {
            results.add(measurement, contender, start);
          }
        }
      }
    }
    return results;
  }
}
