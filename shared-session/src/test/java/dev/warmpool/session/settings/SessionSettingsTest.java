package dev.warmpool.session.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.warmpool.session.SettingsException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads settings from environment variables. */
class SessionSettingsTest {

  private static final Map<String, String> REQUIRED =
      Map.of(
          "POSTGRES_HOST", "db.example",
          "POSTGRES_DB", "shop",
          "POSTGRES_USER", "app",
          "POSTGRES_PASSWORD", "hunter2");

  private static Map<String, String> with(String... changes) {
    Map<String, String> environment = new HashMap<>(REQUIRED);
    for (int i = 0; i < changes.length; i += 2) {
      environment.put(changes[i], changes[i + 1]);
    }
    return environment;
  }

  private static List<String> faults(Map<String, String> environment) {
    return catchThrowableOfType(SettingsException.class, () -> SessionSettings.from(environment))
        .faults();
  }

  @Test
  void hasTheDocumentedDefaults() {
    SessionSettings settings = SessionSettings.from(REQUIRED);
    assertThat(settings.port()).isEqualTo(5432);
    assertThat(settings.schema()).isNull();
    assertThat(settings.tls().mode()).isEqualTo(Tls.Mode.VERIFY_FULL);
    assertThat(settings.pool())
        .isEqualTo(
            new PoolSettings(
                1,
                1,
                Duration.ofSeconds(5),
                Duration.ofSeconds(1800),
                Duration.ofSeconds(300),
                true,
                Duration.ofSeconds(1)));
    assertThat(settings.binding()).isEqualTo(SchemaBinding.TRANSACTION);
    assertThat(settings.pooler()).isEqualTo(Pooler.NONE);
    assertThat(settings.statementCache()).isZero();
    assertThat(settings.loop()).isEqualTo(LoopMode.CALLER);
    assertThat(settings.logging()).isEqualTo(StatementLogging.OFF);
  }

  @Test
  void runsTheLoopOnThreadsForConcurrentCallers() {
    String concurrency = "AWS_LAMBDA_MAX_CONCURRENCY";

    assertThat(SessionSettings.from(with("WARMPOOL_LOOP", "threads")).loop())
        .isEqualTo(LoopMode.THREADS);
    assertThat(SessionSettings.from(with(concurrency, "16")).loop()).isEqualTo(LoopMode.THREADS);
    assertThat(faults(Map.of("WARMPOOL_LOOP", "caller", concurrency, "16")))
        .contains(
            "WARMPOOL_LOOP is 'caller': AWS_LAMBDA_MAX_CONCURRENCY is 16, and one caller would run"
                + " the loop of all; unset it");
  }

  @Test
  void reportsAllFaultsAtOnce() {
    assertThat(
            faults(
                Map.of(
                    "POSTGRES_PORT", "99999",
                    "POOL_TIMEOUT", "soon",
                    "POOL_SIZES", "3",
                    "POSTGRES_SSL_MODE", "prefer",
                    "POSTGRES_SCHEMA", "pg_toast")))
        .containsExactlyInAnyOrder(
            "POSTGRES_HOST is missing: set it to the server's host name",
            "POSTGRES_DB is missing: set it to the database's name",
            "POSTGRES_USER is missing: set it to the role to connect as",
            "POSTGRES_PASSWORD, POSTGRES_SECRET_ARN, POSTGRES_IAM_AUTH=true: none is set;"
                + " set exactly one",
            "POSTGRES_PORT is '99999': must be a whole number from 1 to 65535",
            "POOL_TIMEOUT is 'soon': must be seconds or ISO-8601, from PT0.001S to PT24H",
            "POOL_SIZES is no setting: did you mean POOL_SIZE?",
            "POSTGRES_SSL_MODE is 'prefer': must be one of disable, require, verify-ca, verify-full",
            "POSTGRES_SCHEMA is 'pg_toast': invalid schema name 'pg_toast': names that begin with"
                + " pg_ belong to PostgreSQL");
  }

  @Test
  void neverShowsASecret() {
    assertThat(SessionSettings.from(REQUIRED).toString()).doesNotContain("hunter2");
    assertThat(faults(with("POSTGRES_IAM_AUTH", "true", "POSTGRES_PORT", "x")).toString())
        .contains("2 are set")
        .doesNotContain("hunter2");
  }

  @Test
  void refusesAnIamTokenWithoutTls() {
    Map<String, String> environment = with("POSTGRES_IAM_AUTH", "true");
    environment.remove("POSTGRES_PASSWORD");
    environment.put("POSTGRES_SSL_MODE", "disable");
    assertThat(faults(environment))
        .containsExactly(
            "POSTGRES_SSL_MODE is 'disable': RDS takes an IAM token only over TLS;"
                + " use verify-full or unset POSTGRES_IAM_AUTH");
  }

  @Test
  void reportsNoSecondFaultForTheDefaultOfARefusedValue() {
    Map<String, String> environment = with("POSTGRES_HOST", "localhost");
    environment.remove("POSTGRES_PASSWORD");
    environment.put("POSTGRES_IAM_AUTH", "true");
    environment.put("POSTGRES_SSL_MODE", "prefer");
    assertThat(faults(environment))
        .containsExactly(
            "POSTGRES_SSL_MODE is 'prefer': must be one of disable, require, verify-ca,"
                + " verify-full");

    environment.put("POSTGRES_SSL_MODE", "verify-full");
    environment.put("POSTGRES_IAM_AUTH", "yes");
    assertThat(faults(environment))
        .containsExactly("POSTGRES_IAM_AUTH is 'yes': must be one of false, true");
  }

  @Test
  void refusesStartupBindingThroughPgBouncer() {
    assertThat(faults(with("SCHEMA_BINDING", "startup", "POSTGRES_POOLER", "pgbouncer")))
        .containsExactly(
            "SCHEMA_BINDING is 'startup': PgBouncer gives one server connection to many schemas;"
                + " use transaction");
  }

  @ParameterizedTest
  @ValueSource(strings = {"pgbouncer", "rds-proxy"})
  void refusesPreparedStatementsThroughAPooler(String pooler) {
    assertThat(faults(with("STATEMENT_CACHE", "20", "POSTGRES_POOLER", pooler)))
        .containsExactly(
            "STATEMENT_CACHE is '20': a pooler gives each transaction another server connection,"
                + " which has not prepared the statement; unset it or POSTGRES_POOLER");
    assertThat(SessionSettings.from(with("STATEMENT_CACHE", "20")).statementCache()).isEqualTo(20);
  }

  @Test
  void checksEverySessionOnlyThroughRdsProxy() {
    String check = "POSTGRES_POOLER_CHECK";

    assertThat(SessionSettings.from(REQUIRED).poolerCheck()).isEqualTo(PoolerCheck.TEXTS);
    assertThat(
            SessionSettings.from(with(check, "every-session", "POSTGRES_POOLER", "rds-proxy"))
                .poolerCheck())
        .isEqualTo(PoolerCheck.EVERY_SESSION);
    assertThat(faults(with(check, "every-session", "POSTGRES_POOLER", "pgbouncer")))
        .containsExactly(
            "POSTGRES_POOLER_CHECK is 'every-session': without POSTGRES_POOLER=rds-proxy every"
                + " session is reset; unset it");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "db",
        "db_1.internal",
        "_db",
        "orders.cluster-abc.eu-central-1.rds.amazonaws.com",
        "db.example.",
        "10.0.0.1",
        "d\u00fcsseldorf.example",
        "::1",
        "::",
        "2001:DB8::8:800:200c:417a",
        "::ffff:10.0.0.1",
        "fe80::1%eth0"
      })
  void takesHostNamesAndAddresses(String host) {
    assertThat(SessionSettings.from(with("POSTGRES_HOST", host)).host()).isEqualTo(host);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "localhost:5432|must not have a port; set POSTGRES_PORT to 5432",
        "10.0.0.1:6432|must not have a port; set POSTGRES_PORT to 6432",
        "[::1]:5432|must not have a port; set POSTGRES_PORT to 5432",
        "db:|must not have a port; set POSTGRES_PORT",
        "a,b|must be one host, since no list is tried in turn; set it to the cluster's endpoint",
        "a:1, b:2|must be one host, since no list is tried in turn; set it to the cluster's"
            + " endpoint",
        "db..example|must be a host name or an IP address, without brackets and without empty"
            + " parts",
        ".db|must be a host name or an IP address, without brackets and without empty parts",
        ".|must be a host name or an IP address, without brackets and without empty parts",
        "[::1]|must be a host name or an IP address, without brackets and without empty parts",
        "1:2:3|must be a host name or an IP address, without brackets and without empty parts",
        "::1::|must be a host name or an IP address, without brackets and without empty parts"
      })
  void refusesAHostThatIsNone(String host, String rule) {
    assertThat(faults(with("POSTGRES_HOST", host)))
        .containsExactly("POSTGRES_HOST is '" + host + "': " + rule);
  }

  @ParameterizedTest
  @ValueSource(strings = {" db", "db\n", "db\t", "db example", "db\u00a0", "::1 "})
  void refusesAHostWithWhiteSpace(String host) {
    assertThat(faults(with("POSTGRES_HOST", host)))
        .containsExactly(
            "POSTGRES_HOST is '" + host + "': must not have white space around it or in it");
  }

  @ParameterizedTest
  @CsvSource({
    "jdbc:postgresql://db:5432/shop?password=secret,no URL or path",
    "postgresql://app:secret@db/shop,no URL or path",
    "app:secret@db,no URL or path",
    "/var/run/secret,no URL or path",
    "host=db password=secret,white space",
    "${secret},must be a host name or an IP address"
  })
  void showsNoHostThatCouldHaveAPassword(String host, String rule) {
    assertThat(faults(with("POSTGRES_HOST", host)))
        .singleElement()
        .asString()
        .startsWith("POSTGRES_HOST is not shown, as it could have a password: must ")
        .contains(rule)
        .doesNotContain("secret");
  }

  @Test
  void disablesTlsOnLoopbackByDefault() {
    assertThat(SessionSettings.from(with("POSTGRES_HOST", "127.0.0.1")).tls().mode())
        .isEqualTo(Tls.Mode.DISABLE);
  }

  @Test
  void sizesThePoolByTheEnvironmentsConcurrency() {
    assertThat(SessionSettings.from(with("AWS_LAMBDA_MAX_CONCURRENCY", "16")).pool().size())
        .isEqualTo(16);
  }

  @ParameterizedTest
  @CsvSource({"'',false", "' ',false", "1,false", "2,true", "16,true"})
  void isConcurrentFromTwoInvocationsAtOnce(String concurrency, boolean expected) {
    Map<String, String> environment = with("AWS_LAMBDA_MAX_CONCURRENCY", concurrency);

    assertThat(SessionSettings.isConcurrent(environment)).isEqualTo(expected);
    assertThat(SessionSettings.from(environment).loop())
        .isEqualTo(expected ? LoopMode.THREADS : LoopMode.CALLER);
  }

  @ParameterizedTest
  @CsvSource({"2,PT2S", "0.5,PT0.5S", "PT1M,PT1M"})
  void takesDurationsAsSecondsOrIso(String text, Duration expected) {
    assertThat(SessionSettings.from(with("POOL_TIMEOUT", text)).pool().timeout())
        .isEqualTo(expected);
  }
}
