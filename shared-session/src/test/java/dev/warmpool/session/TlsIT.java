package dev.warmpool.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.warmpool.session.manager.SessionManagers;
import dev.warmpool.session.settings.SessionSettings;
import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.TlsServer;
import dev.warmpool.session.testkit.WireProxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Connects to a server whose certificate is for {@code localhost}, and to one with another name.
 */
class TlsIT {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir private static Path folder;
  private static PostgresServer server;
  private static PostgresServer elsewhere;

  @BeforeAll
  static void startServers() throws Exception {
    server = TlsServer.in(folder, "localhost", "dns:localhost,ip:127.0.0.1", Map.of());
    elsewhere = TlsServer.in(folder, "elsewhere", "dns:elsewhere.example,ip:192.0.2.1", Map.of());
  }

  @AfterAll
  static void stopServers() {
    server.close();
    elsewhere.close();
  }

  private static boolean isEncrypted(Map<String, String> settings) {
    Map<String, String> environment = new HashMap<>(server.environment());
    environment.put("POSTGRES_SCHEMA", "public");
    environment.putAll(settings);
    SessionManager manager =
        SessionManagers.create(SessionSettings.from(environment), PasswordSource.fixed("postgres"));
    try {
      return Boolean.TRUE.equals(
          manager
              .inSession(
                  SessionOptions.standard().readOnly(),
                  session ->
                      session
                          .query(
                              "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
                              row -> row.get(0, Boolean.class))
                          .single())
              .block(LIMIT));
    } finally {
      manager.close(LIMIT).block(LIMIT);
    }
  }

  private static String roots() {
    return folder.resolve("localhost.crt").toString();
  }

  /** The settings for the other server, whose certificate is trusted but for other names. */
  private static Map<String, String> elsewhere(String host, String mode, int port) {
    return Map.of(
        "POSTGRES_HOST",
        host,
        "POSTGRES_PORT",
        Integer.toString(port),
        "POSTGRES_SSL_MODE",
        mode,
        "POSTGRES_SSL_ROOT_CERT",
        folder.resolve("elsewhere.crt").toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "127.0.0.1"})
  void verifiesChainAndName(String host) {
    assertThat(
            isEncrypted(
                Map.of(
                    "POSTGRES_HOST",
                    host,
                    "POSTGRES_SSL_MODE",
                    "verify-full",
                    "POSTGRES_SSL_ROOT_CERT",
                    roots())))
        .isTrue();
  }

  /** The name from a reverse look-up of the address does not count. */
  @ParameterizedTest
  @ValueSource(strings = {"localhost", "127.0.0.1"})
  void refusesAnotherNameAtOnce(String host) {
    assertRefused(
        elsewhere(host, "verify-full", elsewhere.port()),
        "cannot connect: the server's certificate is not for "
            + host
            + ", as POSTGRES_SSL_MODE verify-full asks: check POSTGRES_HOST");
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "127.0.0.1"})
  void acceptsAnotherNameIfOnlyTheChainIsVerified(String host) {
    assertThat(isEncrypted(elsewhere(host, "verify-ca", elsewhere.port()))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"verify-full", "verify-ca"})
  void refusesAnUntrustedChainAtOnce(String mode) {
    assertRefused(
        Map.of("POSTGRES_HOST", "localhost", "POSTGRES_SSL_MODE", mode),
        "cannot connect: the server's certificate is not trusted (PKIX path building failed:"
            + " sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid"
            + " certification path to requested target): check POSTGRES_SSL_ROOT_CERT");
  }

  @Test
  void refusesAServerWithoutTlsAtOnce() {
    assertRefused(
        Map.of(
            "POSTGRES_PORT",
            Integer.toString(PostgresServer.shared().port()),
            "POSTGRES_SSL_MODE",
            "require"),
        "cannot connect: the server speaks no TLS, which POSTGRES_SSL_MODE require asks for");
  }

  private static void assertRefused(Map<String, String> settings, String message) {
    SessionUnavailableException refusal =
        catchThrowableOfType(SessionUnavailableException.class, () -> isEncrypted(settings));

    assertThat(refusal).hasMessage(message);
    assertThat(refusal.waited()).isLessThan(Duration.ofSeconds(4)); // POOL_TIMEOUT is 5 s
    assertThat(refusal.stats().acquired()).isZero();
  }

  @Test
  void leavesNoSocketBehindARefusal() {
    try (WireProxy proxy = WireProxy.to(elsewhere.port())) {
      Map<String, String> settings = elsewhere("localhost", "verify-full", proxy.port());

      assertThatThrownBy(() -> isEncrypted(settings))
          .isInstanceOf(SessionUnavailableException.class)
          .hasMessageContaining("certificate");

      await().untilAsserted(() -> assertThat(proxy.openClients()).isZero());
    }
  }

  @ParameterizedTest
  @CsvSource({"require,true", "disable,false"})
  void verifiesNothingUnderRequireAndDisable(String mode, boolean encrypted) {
    assertThat(isEncrypted(Map.of("POSTGRES_SSL_MODE", mode))).isEqualTo(encrypted);
  }

  @Test
  void leavesLoopbackUnencryptedByDefault() {
    assertThat(isEncrypted(Map.of())).isFalse();
  }
}
