package dev.warmpool.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmpool.session.manager.SessionManagers;
import dev.warmpool.session.settings.SessionSettings;
import dev.warmpool.session.testkit.PostgresServer;
import io.r2dbc.spi.R2dbcException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The snippets of docs/sessions.md: its SQL is run, its Java is a part of this class or of {@link
 * SlowStatements}. The program of its section "Outside Lambda" is another test's.
 */
class SessionsPageIT {

  private static final Path PAGE = Path.of("..", "docs", "sessions.md");
  private static final Path GUIDE =
      Path.of("src/test/java/dev/warmpool/session/guide/BlockingGuideIT.java");

  private static final Path LISTENER =
      Path.of("src/test/java", SlowStatements.class.getName().replace('.', '/') + ".java");
  private static final Path SELF =
      Path.of("src/test/java", SessionsPageIT.class.getName().replace('.', '/') + ".java");

  private final Deadline deadline = Deadline.after(TestDatabase.BOUND);

  /** A server of its own, since the page's roles have common names. */
  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.with(Map.of()));

  private SessionManager manager;

  private static List<String> blocks(String section, String language) throws IOException {
    String text =
        Stream.of(Files.readString(PAGE).split("\n## "))
            .filter(candidate -> candidate.startsWith(section))
            .findFirst()
            .orElseThrow();
    return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
        .matcher(text)
        .results()
        .map(block -> block.group(1))
        .toList();
  }

  @BeforeAll
  static void prepare() throws IOException {
    List<String> sql = blocks("Tenants", "sql");
    assertThat(sql).hasSize(2);
    sql.forEach(DATABASE::admin);
    for (String tenant : List.of("tenant_a", "tenant_b")) {
      DATABASE.admin(
          "SET ROLE %1$s; CREATE TABLE %1$s.orders AS SELECT '%1$s' AS item".formatted(tenant));
    }
    DATABASE.admin("INSERT INTO common.orders VALUES ('a', 'of a'), ('b', 'of b')");
  }

  @AfterAll
  static void stopServer() {
    DATABASE.server().close();
  }

  @BeforeEach
  void start() {
    manager = DATABASE.manager("public", Map.of("POSTGRES_USER", "app"));
  }

  @AfterEach
  void stop() {
    TestDatabase.end(manager);
  }

  private @Nullable List<String> items(SessionOptions options, String sql) {
    return manager
        .inSession(options, s -> s.query(sql, row -> row.get(0, String.class)).collectList())
        .as(TestDatabase::await);
  }

  private SessionOptions byRole() {
    SessionOptions options =
        SessionOptions.until(deadline).in(new Schema("tenant_a")).as("tenant_a");
    return options;
  }

  private SessionOptions byRow() {
    SessionOptions options =
        SessionOptions.until(deadline)
            .in(new Schema("common"))
            .as("reader")
            .with("app.tenant", "a");
    return options;
  }

  @Test
  void keepsTenantsApartAsFarAsThePageSays() {
    assertThat(items(byRole(), "SELECT item FROM orders")).containsExactly("tenant_a");
    for (String before : List.of("", "SET LOCAL search_path TO tenant_b;", "RESET ROLE;")) {
      assertThatThrownBy(() -> items(byRole(), before + "SELECT item FROM tenant_b.orders"))
          .isInstanceOfSatisfying(
              R2dbcException.class, e -> assertThat(e.getSqlState()).isEqualTo("42501"));
    }
    assertThat(items(byRow(), "SELECT item FROM orders")).containsExactly("of a");
    assertThat(items(byRole(), "RESET ROLE; SET ROLE tenant_b; SELECT item FROM tenant_b.orders"))
        .containsExactly("tenant_b");
    assertThat(items(byRow(), "SET app.tenant TO 'b'; SELECT item FROM orders"))
        .containsExactly("of b");
  }

  @Test
  void runsACommandThatCannotRunInATransaction() {
    DATABASE.admin(
        "CREATE TABLE orders (item text); ALTER TABLE orders OWNER TO app;"
            + "GRANT CREATE ON SCHEMA public TO app");

    Mono<Long> created =
        manager.inSession(
            SessionOptions.until(deadline).outsideTransaction(),
            session -> session.execute("CREATE INDEX CONCURRENTLY orders_item ON orders (item)"));

    assertThat(TestDatabase.await(created)).isZero();
    assertThat(
            DATABASE.column(
                "SELECT indisvalid FROM pg_index WHERE indexrelid = 'orders_item'::regclass"))
        .containsExactly("t");
  }

  @Test
  void runsOneStatement() {
    DATABASE.admin(
        "CREATE TABLE bill (id int, state text); INSERT INTO bill VALUES (1, 'open'), (2, 'open');"
            + "GRANT SELECT, UPDATE ON bill TO app");
    int id = 1;

    Mono<Long> paid =
        manager.execute(
            SessionOptions.until(deadline).idempotent(),
            "UPDATE bill SET state = 'paid' WHERE id = $1",
            id);

    Flux<Integer> open =
        manager.query(
            SessionOptions.until(deadline).readOnly(),
            "SELECT id FROM bill WHERE state = $1",
            row -> row.get("id", Integer.class),
            "open");

    assertThat(TestDatabase.await(paid)).isOne();
    assertThat(TestDatabase.await(open.collectList())).containsExactly(2);
  }

  @Test
  void listens() {
    PrintStream before = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    SessionManager listening =
        SessionManagers.listening(
            SessionSettings.from(DATABASE.server().environment()),
            PasswordSource.fixed("postgres"),
            new SlowStatements());
    try {
      listening
          .inSession(
              SessionOptions.standard().in(new Schema("public")),
              s -> s.execute("SELECT 1").then(s.execute("SELECT pg_sleep(0.11)")))
          .as(TestDatabase::await);
    } finally {
      System.setErr(before);
      TestDatabase.end(listening);
    }
    assertThat(log.toString(StandardCharsets.UTF_8))
        .containsPattern("SlowStatements - \\d+ ms: SELECT pg_sleep\\(0.11\\)");
  }

  @ParameterizedTest
  @CsvSource({"One statement, 2", "Tenants, 2", "Statements with limits, 1", "Listening in, 1"})
  void showsCodeThatIsTested(String section, int count) throws IOException {
    String code =
        plain(Files.readString(SELF) + Files.readString(GUIDE) + Files.readString(LISTENER));
    List<String> snippets = blocks(section, "java");

    assertThat(snippets).hasSize(count);
    assertThat(snippets.stream().map(SessionsPageIT::plain)).allMatch(code::contains);
  }

  private static String plain(String code) {
    return code.replaceAll("\\s+", " ").strip();
  }

  @Test
  void givesTheGrantOfLaterVersions() throws IOException {
    String grant = "GRANT tenant_a, tenant_b TO app WITH INHERIT FALSE, SET TRUE";
    assertThat(Files.readString(PAGE)).contains("`" + grant + "`");

    DATABASE.admin(grant);

    assertThat(Stream.of("tenant_a", "tenant_b"))
        .allSatisfy(
            role ->
                assertThat(DATABASE.column("SELECT pg_has_role('app', '" + role + "', 'USAGE')"))
                    .containsExactly("f"));
  }
}
