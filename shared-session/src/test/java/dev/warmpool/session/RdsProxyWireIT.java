package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.BOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.warmpool.session.settings.SchemaBinding;
import dev.warmpool.session.testkit.FrontendMessage;
import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.WireProxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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

  /** The statements on AWS's page on pinning, and others whose effect outlasts a transaction. */
  private static final Pattern PINS =
      Pattern.compile(
          "(^|;)\\s*(SET\\s+(?!LOCAL\\b)|RESET|DISCARD|DEALLOCATE|PREPARE|EXECUTE|DECLARE|LISTEN"
              + "|LOAD|CREATE\\s+TEMP)|set_config|pg_advisory",
          Pattern.CASE_INSENSITIVE);

  /** RDS Proxy pins a connection for a longer text. */
  private static final int LONGEST_TEXT = 16 * 1024;

  private WireProxy proxy;
  private SessionManager manager;

  @BeforeEach
  void start() {
    DATABASE.admin(
        "DROP SCHEMA IF EXISTS proxy_it CASCADE; CREATE SCHEMA proxy_it;"
            + "CREATE TABLE proxy_it.item (id int)");
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

  @AfterEach
  void stop() {
    assertThat(TestDatabase.await(manager.quiesce(BOUND))).isTrue();
    assertThat(manager.stats().acquired()).isZero();
    TestDatabase.end(manager);
    proxy.close();
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
    assertThat(texts())
        .hasSizeGreaterThan(20)
        .noneMatch(text -> PINS.matcher(text).find())
        .allMatch(text -> text.length() < LONGEST_TEXT);
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
}
