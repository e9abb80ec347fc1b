package dev.warmpool.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmpool.session.testkit.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Encrypted connections to a server with a certificate for {@code localhost}. */
class TlsIT {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String STORE_PASSWORD = "changeit";

  @TempDir private static Path folder;
  private static PostgresServer server;

  @BeforeAll
  static void startServer() throws Exception {
    Path store = folder.resolve("server.p12");
    makeKey(store);
    KeyStore keys = KeyStore.getInstance(store.toFile(), STORE_PASSWORD.toCharArray());
    write("server.crt", "CERTIFICATE", keys.getCertificate("server").getEncoded());
    write(
        "server.key",
        "PRIVATE KEY",
        keys.getKey("server", STORE_PASSWORD.toCharArray()).getEncoded());
    server =
        PostgresServer.with(
            Map.of(
                "ssl", "on",
                "ssl_cert_file", folder.resolve("server.crt").toString(),
                "ssl_key_file", folder.resolve("server.key").toString()));
  }

  private static void makeKey(Path store) throws IOException, InterruptedException {
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    Process process =
        new ProcessBuilder(
                keytool,
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-validity",
                "2",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                STORE_PASSWORD)
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(output).isZero();
  }

  private static void write(String name, String type, byte[] der) throws IOException {
    Path file = folder.resolve(name);
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    Files.writeString(
        file, "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(type, body, type));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  private static boolean isEncrypted(Map<String, String> settings) {
    Map<String, String> environment = new HashMap<>(server.environment());
    environment.put("POSTGRES_SCHEMA", "public");
    environment.putAll(settings);
    SessionManager manager =
        SessionManager.create(SessionSettings.from(environment), PasswordSource.fixed("postgres"));
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
    return folder.resolve("server.crt").toString();
  }

  @Test
  void verifiesChainAndName() {
    assertThat(
            isEncrypted(
                Map.of(
                    "POSTGRES_HOST", "localhost",
                    "POSTGRES_SSL_MODE", "verify-full",
                    "POSTGRES_SSL_ROOT_CERT", roots())))
        .isTrue();
  }

  @Test
  void refusesAnotherName() {
    Map<String, String> settings =
        Map.of(
            "POSTGRES_SSL_MODE", "verify-full",
            "POSTGRES_SSL_ROOT_CERT", roots(),
            "POOL_TIMEOUT", "2");

    assertThatThrownBy(() -> isEncrypted(settings)).isInstanceOf(SessionUnavailableException.class);
  }

  @Test
  void refusesAChainThatNobodyTrusts() {
    Map<String, String> settings =
        Map.of(
            "POSTGRES_HOST", "localhost",
            "POSTGRES_SSL_MODE", "verify-full",
            "POOL_TIMEOUT", "2");

    assertThatThrownBy(() -> isEncrypted(settings)).isInstanceOf(SessionUnavailableException.class);
  }

  @Test
  void encryptsWithoutVerifyingWhereAsked() {
    assertThat(isEncrypted(Map.of("POSTGRES_SSL_MODE", "require"))).isTrue();
    assertThat(isEncrypted(Map.of("POSTGRES_SSL_MODE", "disable"))).isFalse();
  }
}
