package dev.warmpool.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.blocking.BlockingSession;
import dev.warmpool.session.testkit.FakeRdsProxy;
import dev.warmpool.session.testkit.PgBouncer;
import dev.warmpool.session.testkit.PostgresServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Batches and copies of many rows: through poolers, beside kept statements, in little memory. */
class ManyRowsIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());
  private static final SessionOptions OPTIONS = SessionOptions.standard();
  private static final String INSERT = "INSERT INTO item (id, name) VALUES ($1, $2)";
  private static final String COPY = "COPY item (id, name) FROM STDIN";

  /** More than one statement of a batch, and more than one piece of a copy. */
  private static final int SOME = 2_500;

  private static final int MANY = TestDatabase.COUNTS > 1 ? 1_000_000 : 100_000;

  /** If all rows of the smaller count were kept, they would take twice as much. */
  private static final long MEMORY = 16 * 1024 * 1024;

  private static final String NAME = "x".repeat(200);

  @BeforeEach
  void start() {
    DATABASE.admin(
        "DROP SCHEMA IF EXISTS many_it CASCADE; CREATE SCHEMA many_it;"
            + "CREATE UNLOGGED TABLE many_it.item (id int, name text)");
  }

  @AfterEach
  void end() {
    DATABASE.admin("DROP SCHEMA many_it CASCADE");
  }

  private static Stream<Object[]> rows(int count) {
    return IntStream.range(0, count).mapToObj(i -> new Object[] {i, i + NAME});
  }

  private static InputStream lines(Stream<Object[]> rows) {
    Stream<String> lines = rows.map(row -> row[0] + "\t" + row[1] + "\n");
    return Pieces.joined(lines.map(line -> line.getBytes(StandardCharsets.UTF_8)).iterator());
  }

  @Test
  void arriveBesideKeptStatements() throws IOException {
    assertArrive(Map.of("STATEMENT_CACHE", "20"));
  }

  @Test
  void arriveThroughPgBouncer() throws IOException {
    PgBouncer.assumeInstalled();
    try (PgBouncer bouncer = PgBouncer.to(DATABASE.server().port(), "postgres")) {
      assertArrive(
          Map.of(
              "POSTGRES_PORT", Integer.toString(bouncer.port()), "POSTGRES_POOLER", "pgbouncer"));
    }
  }

  @Test
  void arriveThroughAProxyThatPins() throws IOException {
    try (FakeRdsProxy proxy = FakeRdsProxy.to(DATABASE.server().port(), 2)) {
      assertArrive(
          Map.of("POSTGRES_PORT", Integer.toString(proxy.port()), "POSTGRES_POOLER", "rds-proxy"));
    }
  }

  private static void assertArrive(Map<String, String> settings) throws IOException {
    SessionManager manager = DATABASE.manager("many_it", settings);
    for (int sent = 1; sent <= 3; sent++) { // each session meets what the one before has left
      manager.blocking().useSession(OPTIONS, ManyRowsIT::sendSome);
      assertThat(DATABASE.number("SELECT count(*) FROM many_it.item")).isEqualTo(2L * sent * SOME);
    }
    assertThat(DATABASE.number("SELECT count(DISTINCT (id, name)) FROM many_it.item"))
        .isEqualTo(SOME);
    TestDatabase.end(manager);
  }

  private static void sendSome(BlockingSession session) throws IOException {
    assertThat(session.batch(INSERT, rows(SOME)::iterator)).isEqualTo(SOME);
    assertThat(session.copyIn(COPY, lines(rows(SOME)))).isEqualTo(SOME);
  }

  @Test
  void takeLittleMemoryInABatch() throws IOException {
    assertLittleMemory((session, rows) -> session.batch(INSERT, rows::iterator));
  }

  @Test
  void takeLittleMemoryInACopy() throws IOException {
    assertLittleMemory((session, rows) -> session.copyIn(COPY, lines(rows)));
  }

  private interface Sending {
    long send(BlockingSession session, Stream<Object[]> rows) throws IOException;
  }

  private static void assertLittleMemory(Sending sending) throws IOException {
    SessionManager manager = DATABASE.manager("many_it", Map.of());
    List<Long> used = new ArrayList<>();
    Stream<Object[]> rows =
        rows(MANY)
            .peek(
                row -> {
                  if ((int) row[0] % (MANY / 5) == MANY / 10) {
                    used.add(used());
                  }
                });

    long sent = manager.blocking().inSession(OPTIONS, session -> sending.send(session, rows));

    TestDatabase.end(manager);
    assertThat(sent).isEqualTo(MANY);
    assertThat(used).hasSize(5).allMatch(bytes -> bytes < used.get(0) + MEMORY);
  }

  private static long used() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
