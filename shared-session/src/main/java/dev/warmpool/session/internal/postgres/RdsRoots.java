package dev.warmpool.session.internal.postgres;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The root certificates of RDS, which come with the library because AWS does not document that a
 * Lambda runtime's trust store has them. They are read only for connections to RDS hosts, once per
 * process, and of 81 only the three of the host's region. Thread-safe.
 */
final class RdsRoots {

  private static final String RESOURCE = "rds-roots.pem";

  /** An RDS host; its last label before the suffix is the region, or {@code global}. */
  private static final Pattern HOST = Pattern.compile("(?:.*\\.)?([^.]+)\\.rds\\.amazonaws\\.com");

  /** Part of an RDS Proxy's host name. A proxy has a public certificate, issued by ACM. */
  private static final String PROXY = ".proxy-";

  /** What the line above each certificate begins with; the region follows. */
  private static final String TITLE = "# Amazon RDS ";

  private static final Map<String, TrustManager> BY_REGION = new ConcurrentHashMap<>();

  private RdsRoots() {}

  /** What to trust for this host; null if its certificate is not signed by RDS. */
  static @Nullable TrustManager of(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    Matcher rds = HOST.matcher(name);
    return rds.matches() && !name.contains(PROXY)
        ? BY_REGION.computeIfAbsent(rds.group(1), RdsRoots::trusted)
        : null;
  }

  private static TrustManager trusted(String region) {
    try {
      return TrustedRoots.of(parsed(region));
    } catch (CertificateException e) {
      throw new IllegalStateException(e); // a test parses them all
    }
  }

  /** The roots of the region; all of them for a region without any, and for {@code global}. */
  static Collection<X509Certificate> parsed(String region) throws CertificateException {
    String own = text(TITLE + region + ' ');
    String text = own.isEmpty() ? text(TITLE) : own;
    return TrustedRoots.parse(new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)));
  }

  /** The certificates whose title begins so. */
  private static String text(String title) {
    StringBuilder text = new StringBuilder();
    boolean wanted = false;
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(RdsRoots.class.getResourceAsStream(RESOURCE)),
                StandardCharsets.US_ASCII))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("#")) {
          wanted = line.startsWith(title);
        } else if (wanted) {
          text.append(line).append('\n');
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }
}
