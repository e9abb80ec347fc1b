package dev.warmpool.session.internal.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.settings.Tls;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The root certificates of RDS, and the hosts for which they are trusted. */
class RdsRootsTest {

  private static final String INSTANCE = "orders.abc123.eu-central-1.rds.amazonaws.com";

  private static List<X509Certificate> roots() throws Exception {
    try (InputStream in =
        new Encryption(INSTANCE, new Tls(Tls.Mode.VERIFY_FULL, null)).roots().openStream()) {
      return CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
          .map(X509Certificate.class::cast)
          .toList();
    }
  }

  @Test
  void holdsSelfSignedAuthoritiesOfRds() throws Exception {
    List<X509Certificate> roots = roots();

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
        "Orders.cluster-abc123.us-east-1.rds.amazonaws.com",
        "orders.cluster-ro-abc123.us-east-1.rds.amazonaws.com",
        "orders.global-abc123.global.rds.amazonaws.com"
      })
  void trustsTheRootsForRdsHosts(String host) {
    URL trusted = new Encryption(host, new Tls(Tls.Mode.VERIFY_FULL, null)).roots();

    assertThat(trusted).hasToString(String.valueOf(RdsRoots.class.getResource("rds-roots.pem")));
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
    assertThat(new Encryption(host, new Tls(Tls.Mode.VERIFY_FULL, null)).roots()).isNull();
  }

  @Test
  void prefersTheFileThatTheSettingsName() throws IOException {
    assertThat(new Encryption(INSTANCE, new Tls(Tls.Mode.VERIFY_FULL, "/etc/roots.pem")).roots())
        .hasToString("file:/etc/roots.pem");
  }
}
