package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.BOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.warmpool.session.settings.SchemaBinding;
import dev.warmpool.session.testkit.FakeRdsProxy;
import dev.warmpool.session.testkit.FrontendMessage;
import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.WireProxy;
import io.r2dbc.spi.Result;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Checks that an RDS Proxy is sent nothing that it refuses or that pins a connection. */
class RdsProxyWireIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());

  /** The parameters that AWS's page on connecting through RDS Proxy lists; it refuses others. */
  private static final Set<String> KNOWN_AT_STARTUP =
      Set.of(
          "user",
          "database",
          "application_name",
          "client_encoding",
          "DateStyle",
          "TimeZone",
          "extra_float_digits",
          "search_path");

  private FakeRdsProxy pooler;
  private WireProxy proxy;
  private SessionManager manager;

  @BeforeEach
  void start() {
    DATABASE.admin(
        "DROP SCHEMA IF EXISTS proxy_it CASCADE; CREATE SCHEMA proxy_it;"
            + "CREATE TABLE proxy_it.item (id int UNIQUE, name text);"
            + "CREATE FUNCTION proxy_it.lock() RETURNS int LANGUAGE plpgsql AS"
            + " 'BEGIN PERFORM pg_advisory_lock(7); RETURN 1; END'");
    pooler = FakeRdsProxy.to(DATABASE.server().port(), 2);
    proxy = WireProxy.to(DATABASE.server().port());
  }

  private void connect(SchemaBinding binding) {
    manager =
        DATABASE.manager(
            "proxy_it",
            Map.of(
                "POSTGRES_PORT", Integer.toString(proxy.port()),
                "POSTGRES_POOLER", "rds-proxy",
                "SCHEMA_BINDING", binding.name().toLowerCase()));
  }

  /** Connects through a pooler that moves each transaction to another server connection. */
  private void connectToPooler(String check) {
    proxy.close();
    proxy = WireProxy.to(pooler.port());
    manager =
        DATABASE.manager(
            "proxy_it",
            Map.of(
                "POSTGRES_PORT", Integer.toString(proxy.port()),
                "POSTGRES_POOLER", "rds-proxy",
                "POSTGRES_POOLER_CHECK", check,
                "POOL_SIZE", "1",
                "MAX_OVERFLOW", "0"));
  }

  @AfterEach
  void stop() {
    assertThat(TestDatabase.await(manager.quiesce(BOUND))).isTrue();
    assertThat(manager.stats().acquired()).isZero();
    TestDatabase.end(manager);
    proxy.close();
    pooler.close();
  }

  private static Mono<Integer> items(Session session) {
    return session
        .query("SELECT count(*)::int FROM item WHERE id > $1", row -> row.get(0, Integer.class), 0)
        .single();
  }

  /** Sessions of this kind that succeed, fail and are cancelled. */
  private void run(SessionOptions options) {
    Mono<Long> failing = manager.inSession(options, s -> s.execute("SELECT 1/0"));
    manager.inSession(options, s -> items(s).then(items(s))).as(TestDatabase::await);
    failing.onErrorReturn(0L).as(TestDatabase::await);
    manager
        .inSession(options, s -> s.execute("SELECT pg_sleep(30)"))
        .timeout(Duration.ofMillis(100), Mono.empty())
        .as(TestDatabase::await);
    assertThat(TestDatabase.await(manager.quiesce(BOUND))).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void sendsNothingThatPins(SchemaBinding binding) {
    connect(binding);
    SessionOptions standard = SessionOptions.standard();

    for (SessionOptions options : List.of(standard, standard.readOnly(), standard.snapshot())) {
      run(options);
      run(options.by(Deadline.after(BOUND)));
    }
    manager
        .inSession(
            standard,
            s ->
                s.execute("INSERT INTO item VALUES (1)")
                    .then(s.savepoint(inner -> inner.execute("SELECT 1/0")).onErrorReturn(0L))
                    .then(s.savepoint(inner -> inner.execute("INSERT INTO item VALUES (2)"))))
        .as(TestDatabase::await);

    assertThat(DATABASE.number("SELECT count(*) FROM proxy_it.item")).isEqualTo(2);
    assertThat(startupKeys()).isSubsetOf(KNOWN_AT_STARTUP);
    assertThat(startupKeys().contains("search_path")).isEqualTo(binding == SchemaBinding.STARTUP);
    assertThat(texts()).hasSizeGreaterThan(20).noneMatch(FakeRdsProxy::pins);
    assertThat(texts().stream().filter(text -> text.startsWith("BEGIN")))
        .isNotEmpty()
        .allMatch(text -> text.contains("regnamespace"));
  }

  private TreeSet<String> startupKeys() {
    TreeSet<String> keys = new TreeSet<>();
    for (FrontendMessage message : proxy.messages()) {
      if (isStartup(message)) {
        String[] words = message.text().split(" ");
        for (int i = 0; i < words.length; i += 2) {
          keys.add(words[i]);
        }
      }
    }
    return keys;
  }

  private static boolean isStartup(FrontendMessage message) {
    return message.kind() == '*' && message.text().startsWith("user ");
  }

  private List<String> texts() {
    return proxy.messages().stream()
        .filter(message -> message.kind() == 'Q' || message.kind() == 'P')
        .map(FrontendMessage::text)
        .toList();
  }

  /** RDS Proxy accepts no CancelRequest. */
  @ParameterizedTest
  @EnumSource
  void endsACancelledStatementWithoutACancelRequest(SchemaBinding binding) {
    connect(binding);
    proxy.cutInsteadOf(message -> message.kind() == '*' && !isStartup(message));

    long began = System.nanoTime();
    manager
        .inSession(SessionOptions.standard(), s -> s.execute("SELECT pg_sleep(3)"))
        .timeout(Duration.ofMillis(300), Mono.empty())
        .as(TestDatabase::await);
    assertThat(TestDatabase.await(manager.quiesce(BOUND))).isTrue();

    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMillis(2_500));
    await().untilAsserted(() -> assertThat(proxy.openClients()).isZero());
    assertThat(
            TestDatabase.await(manager.inSession(SessionOptions.standard(), RdsProxyWireIT::items)))
        .isZero();
  }

  private Integer write(String sql) {
    manager.inSession(SessionOptions.standard(), s -> s.execute(sql)).as(TestDatabase::await);
    return TestDatabase.pid(manager, SessionOptions.standard());
  }

  private long questions() {
    return texts().stream().filter(text -> text.contains("pg_prepared_statements")).count();
  }

  @Test
  void neitherAsksNorPinsForPlainStatements() {
    connectToPooler("texts");

    Set<Integer> backends = new TreeSet<>();
    backends.add(write("INSERT INTO item VALUES (1, 'a')"));
    backends.add(write("UPDATE item SET name = 'b'"));
    write("INSERT INTO item VALUES (1) ON CONFLICT (id) DO UPDATE SET name = 'c'");
    backends.add(write("INSERT INTO item VALUES (1) ON CONFLICT DO NOTHING"));
    write("SET LOCAL work_mem = '8MB'");

    assertThat(backends).hasSizeGreaterThan(0);
    assertThat(questions()).isZero();
    assertThat(pooler.pinnedClients()).isZero();
    assertThat(manager.stats().opened()).isEqualTo(1);
    assertThat(texts()).noneMatch(FakeRdsProxy::pins);
  }

  @Test
  void movesEachTransactionToAnotherServerConnection() {
    connectToPooler("texts");
    SessionOptions options = SessionOptions.standard();

    assertThat(TestDatabase.pid(manager, options)).isNotEqualTo(TestDatabase.pid(manager, options));
  }

  /** A table that stays is asked about, and is nothing left; a temporary one is. */
  @Test
  void asksInTheFlightOfAStatementThatCouldLeaveSomething() {
    connectToPooler("texts");
    write("SELECT 1");

    assertThat(proxy.roundTripsOf(() -> write("CREATE TABLE other (id int)"))).isEqualTo(2 + 2);
    assertThat(questions()).isEqualTo(1);
    assertThat(pooler.pinnedClients()).isZero();
    assertThat(manager.stats().opened()).isEqualTo(1);

    write("CREATE TEMP TABLE item AS SELECT 'poison' AS name");
    assertThat(manager.stats().opened()).isEqualTo(2);
    assertThat(texts())
        .anyMatch(text -> text.contains(";COMMIT AND CHAIN;") && text.contains("RESET ALL"));
  }

  @Test
  void takesNoRoundTripMoreThanADirectConnection() {
    connectToPooler("texts");
    SessionOptions options = SessionOptions.standard();
    TestDatabase.await(manager.inSession(options, RdsProxyWireIT::items));

    for (SessionOptions kind : List.of(options, options.readOnly(), options.snapshot())) {
      assertThat(
              proxy.roundTripsOf(
                  () -> TestDatabase.await(manager.inSession(kind, RdsProxyWireIT::items))))
          .isEqualTo(2);
      assertThat(
              proxy.roundTripsOf(
                  () ->
                      TestDatabase.await(
                          manager.inSession(kind, s -> items(s).then(items(s)).then(items(s))))))
          .isEqualTo(4);
    }
  }

  private long locks() {
    return DATABASE.number("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'");
  }

  /** A function behind a plain SELECT: no text shows it, the server's views do. */
  @Test
  void asksInEverySessionIfItIsSetTo() {
    connectToPooler("every-session");
    SessionOptions options = SessionOptions.standard();

    for (SessionOptions kind : List.of(options, options.readOnly(), options.snapshot())) {
      TestDatabase.await(manager.inSession(kind, s -> s.execute("SELECT lock()")));
      assertThat(locks()).isZero();
    }
    manager
        .inSession(options, s -> s.execute("SELECT lock()").then(s.execute("SELECT 1/0")))
        .onErrorReturn(0L)
        .as(TestDatabase::await);
    assertThat(locks()).isZero();
    assertThat(manager.stats().opened()).isEqualTo(4);

    TestDatabase.await(manager.inSession(options, RdsProxyWireIT::items));
    TestDatabase.await(manager.inSession(options.readOnly(), RdsProxyWireIT::items));
    assertThat(manager.stats().opened()).isEqualTo(5);
    assertThat(
            proxy.roundTripsOf(
                () -> TestDatabase.await(manager.inSession(options, RdsProxyWireIT::items))))
        .isEqualTo(3);
  }

  /** Statements of a batch and of an R2DBC connection are watched, too. */
  @Test
  void watchesStatementsOfTheSessionsConnection() {
    connectToPooler("texts");

    manager
        .inSession(
            SessionOptions.standard(),
            s ->
                Flux.from(
                        s.connection()
                            .createBatch()
                            .add("SELECT 1")
                            .add("SELECT pg_advisory_lock(7)")
                            .execute())
                    .concatMap(Result::getRowsUpdated)
                    .then(Mono.just(1)))
        .as(TestDatabase::await);

    assertThat(locks()).isZero();
    assertThat(TestDatabase.pid(manager, SessionOptions.standard())).isNotNull();
    assertThat(manager.stats().opened()).isEqualTo(2);
  }

  /** pg_stat_statements keeps an entry for each text of a SET; there were 404. */
  @Test
  void sendsFewDifferentTexts() {
    connectToPooler("texts");
    for (int i = 0; i < 201; i++) {
      SessionOptions options =
          SessionOptions.until(Deadline.after(Duration.ofMillis(20_000 + 37 * i)));
      TestDatabase.await(manager.inSession(options, RdsProxyWireIT::items));
    }

    assertThat(
            texts().stream()
                .flatMap(text -> Stream.of(text.split(";")))
                .filter(command -> command.contains("timeout"))
                .distinct())
        .hasSizeBetween(2, 24);
  }
}
