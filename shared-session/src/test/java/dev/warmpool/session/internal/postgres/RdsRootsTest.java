package dev.warmpool.session.internal.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.settings.Tls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Collection;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The root certificates of RDS, and the hosts for which they are trusted. */
class RdsRootsTest {

  private static final String INSTANCE = "orders.abc123.eu-central-1.rds.amazonaws.com";

  private static Collection<X509Certificate> roots() throws Exception {
    return RdsRoots.parsed("global");
  }

  private static TrustManager trusted(String host) {
    return new Encryption(host, new Tls(Tls.Mode.VERIFY_FULL, null)).trusted();
  }

  private static X509Certificate[] issuers(String host) {
    return ((X509TrustManager) trusted(host)).getAcceptedIssuers();
  }

  @Test
  void holdsSelfSignedAuthoritiesOfRds() throws Exception {
    Collection<X509Certificate> roots = roots();

    assertThat(roots).hasSize(27 * 3).doesNotHaveDuplicates();
    for (X509Certificate root : roots) {
      String name = root.getSubjectX500Principal().getName();
      assertThat(name).contains("CN=Amazon RDS ", "O=Amazon Web Services\\, Inc.");
      assertThat(root.getIssuerX500Principal()).isEqualTo(root.getSubjectX500Principal());
      assertThat(root.getBasicConstraints()).as(name).isNotNegative();
      root.verify(root.getPublicKey());
    }
  }

  /** Fails a year before the first root expires, so that they can be renewed as their file says. */
  @Test
  void holdsRootsThatAreValidForAnotherYear() throws Exception {
    Instant inAYear = Instant.now().plus(365, ChronoUnit.DAYS);

    assertThat(roots())
        .allSatisfy(root -> assertThat(root.getNotAfter().toInstant()).isAfter(inAYear));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        INSTANCE,
        "Orders.cluster-abc123.eu-central-1.rds.amazonaws.com",
        "orders.cluster-ro-abc123.eu-central-1.rds.amazonaws.com"
      })
  void trustsTheRootsOfTheHostsRegion(String host) {
    assertThat(issuers(host))
        .hasSize(3)
        .allMatch(root -> root.getSubjectX500Principal().getName().contains("RDS eu-central-1 "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "orders.global-abc123.global.rds.amazonaws.com",
        "orders.abc123.mars-north-1.rds.amazonaws.com"
      })
  void trustsAllRootsIfTheHostNamesNoKnownRegion(String host) {
    assertThat(issuers(host)).hasSize(27 * 3);
  }

  @Test
  void parsesTheRootsOncePerProcess() {
    assertThat(trusted(INSTANCE)).isSameAs(trusted(INSTANCE));
  }

  /** RDS Proxy has public certificates, and the regions in China have other roots. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "orders.proxy-abc123.eu-central-1.rds.amazonaws.com",
        "reader.endpoint.proxy-abc123.eu-central-1.rds.amazonaws.com",
        "orders.abc123.rds.cn-north-1.amazonaws.com.cn",
        "rds.amazonaws.com.example.org",
        "evilrds.amazonaws.com",
        "localhost"
      })
  void doesNotTrustTheRootsForOtherHosts(String host) {
    assertThat(trusted(host)).isNull();
  }

  @Test
  void prefersTheFileThatTheSettingsName(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("roots.pem");
    Encryption encryption =
        new Encryption(INSTANCE, new Tls(Tls.Mode.VERIFY_FULL, file.toString()));
    Files.writeString(file, pem(roots().iterator().next()));

    TrustManager first = encryption.trusted();

    assertThat(((X509TrustManager) first).getAcceptedIssuers()).hasSize(1);
    assertThat(encryption.trusted()).isSameAs(first);
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(60)));
    assertThat(encryption.trusted()).isNotSameAs(first); // the file was replaced
  }

  private static String pem(X509Certificate root) throws Exception {
    return "-----BEGIN CERTIFICATE-----\n"
        + Base64.getMimeEncoder().encodeToString(root.getEncoded())
        + "\n-----END CERTIFICATE-----\n";
  }
}
