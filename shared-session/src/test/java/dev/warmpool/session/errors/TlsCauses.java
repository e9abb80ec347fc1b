package dev.warmpool.session.errors;

import static dev.warmpool.session.errors.Cause.atOnce;
import static dev.warmpool.session.errors.Cause.retried;

import dev.warmpool.session.testkit.Keys;
import dev.warmpool.session.testkit.ScriptedServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;

/** The connection cannot be encrypted, or the server's certificate is refused. */
final class TlsCauses {

  private static final String MODE = "POSTGRES_SSL_MODE";
  private static final String TRUST_STORE = "javax.net.ssl.trustStore";

  private final Path folder;
  private final Keys keys;

  /**
   * @param folder for keys and certificates
   */
  TlsCauses(Path folder) throws Exception {
    this.folder = folder;
    this.keys = new Keys(folder);
    keys.selfSigned("good", "localhost");
    keys.selfSigned("elsewhere", "elsewhere.example");
    keys.expired("expired", "issuer");
  }

  List<Cause> all() {
    return List.of(
        atOnce(
            "the server offers no TLS",
            "switch TLS on in the server, or set `POSTGRES_SSL_MODE` to `disable` in a network that"
                + " you trust",
            () -> encrypted(ScriptedServer.refusing("08006", "not reached"))),
        retried(
            "the connection is cut during the TLS handshake",
            "look at the server's log",
            () -> encrypted(ScriptedServer.with(ScriptedServer::acceptTls))),
        retried(
            "the port is HTTP's, and TLS is asked for: the driver waits for an answer that it knows",
            "correct `POSTGRES_PORT`",
            () ->
                against(
                    ScriptedServer.with(NetworkCauses::http),
                    MODE,
                    "require",
                    "POOL_TIMEOUT",
                    "0.5")),
        atOnce(
            "the certificate is for another name",
            "use the host name that the certificate has, not an alias or an address",
            () -> trusting("elsewhere", keys.pem("elsewhere"))),
        atOnce(
            "the certificate's issuer is unknown",
            "set `POSTGRES_SSL_ROOT_CERT` to the issuer's certificate; for RDS in GovCloud, China"
                + " and new regions, to the region's bundle",
            () -> trusting("good", keys.pem("elsewhere"))),
        atOnce(
            "the certificate has expired",
            "renew the server's certificate; check the clock",
            () -> trusting("expired", keys.pem("issuer"))),
        atOnce(
            "the JVM's trust store is empty",
            "install the system's certificates, or set `POSTGRES_SSL_ROOT_CERT`",
            this::withoutTrustStore),
        atOnce(
            "`POSTGRES_SSL_ROOT_CERT` is not PEM",
            "name a file with certificates in PEM",
            () -> trusting("good", file("text.pem", "not PEM"))),
        atOnce(
            "`POSTGRES_SSL_ROOT_CERT` is an empty file",
            "name a file with certificates in PEM",
            () -> trusting("good", file("empty.pem", ""))));
  }

  private static String against(ScriptedServer server, String... settings) {
    try (server) {
      List<String> all = new ArrayList<>(List.of(settings));
      all.addAll(List.of("POSTGRES_HOST", "localhost"));
      all.addAll(List.of("POSTGRES_PORT", Integer.toString(server.port())));
      return Cause.message(all.toArray(String[]::new));
    }
  }

  private static String encrypted(ScriptedServer server) {
    return against(server, MODE, "require");
  }

  private String trusting(String key, Path roots) throws Exception {
    return against(
        ScriptedServer.encrypting(keys.server(key)),
        MODE,
        "verify-full",
        "POSTGRES_SSL_ROOT_CERT",
        roots.toString());
  }

  private Path file(String name, String text) throws Exception {
    return Files.writeString(folder.resolve(name), text);
  }

  private String withoutTrustStore() throws Exception {
    KeyStore empty = KeyStore.getInstance("PKCS12");
    empty.load(null, null);
    Path store = folder.resolve("empty.p12");
    try (var out = Files.newOutputStream(store)) {
      empty.store(out, "changeit".toCharArray());
    }
    System.setProperty(TRUST_STORE, store.toString());
    System.setProperty("javax.net.ssl.trustStorePassword", "changeit");
    try {
      return against(ScriptedServer.encrypting(keys.server("good")), MODE, "verify-full");
    } finally {
      System.clearProperty(TRUST_STORE);
      System.clearProperty("javax.net.ssl.trustStorePassword");
    }
  }
}
