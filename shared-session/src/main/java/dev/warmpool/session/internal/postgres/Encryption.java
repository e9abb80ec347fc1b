package dev.warmpool.session.internal.postgres;

import dev.warmpool.session.internal.loop.TlsContexts;
import dev.warmpool.session.settings.Tls;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration.Builder;
import io.r2dbc.postgresql.client.DefaultHostnameVerifier;
import io.r2dbc.postgresql.client.SSLMode;
import io.r2dbc.spi.R2dbcPermissionDeniedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** Encrypts connections to a host as its {@link Tls} settings say. Thread-safe. */
final class Encryption {

  /** The JDK's name for the check of host names by RFC 2818. */
  private static final String NAMES = "HTTPS";

  /** Switches the check off: Netty checks names by default. */
  private static final String NO_NAMES = "";

  /** A host name has no part of digits alone at its end, and no colon. */
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|.*:.*");

  private final String host;
  private final Tls tls;
  private volatile @Nullable Parsed parsed;

  /** The roots of the file as it was last seen. */
  private record Parsed(FileTime modified, TrustManager trusted) {}

  /**
   * @param host the server's name, which its certificate must have
   * @param tls what is checked
   */
  Encryption(String host, Tls tls) {
    this.host = host;
    this.tls = tls;
  }

  /**
   * Adds encryption to the driver's configuration. A host name is checked in the handshake, so that
   * a mismatch closes the socket. An address, which TLS does not send, is checked by the driver.
   * The driver would check the name that a reverse look-up gives, so its check is replaced by one
   * of the configured host. The driver would parse the roots for each connection, so it gets them
   * parsed.
   *
   * @throws ConnectionRefusedException if the file with the roots has none
   */
  Builder on(Builder driver) {
    boolean named = tls.mode() == Tls.Mode.VERIFY_FULL && !isAddress();
    driver
        .sslMode(mode())
        .sslParameters(address -> checking(named ? NAMES : NO_NAMES))
        .sslHostnameVerifier(
            (found, session) -> DefaultHostnameVerifier.INSTANCE.verify(host, session));
    TrustManager trusted = mode().verifyCertificate() ? trusted() : null;
    return trusted == null
        ? driver
        : driver.sslContextBuilderCustomizer(TlsContexts.trusting(trusted));
  }

  /** What to trust; null for the JVM's trust store. */
  @Nullable TrustManager trusted() {
    String file = tls.rootCertificate();
    return file == null ? RdsRoots.of(host) : trusted(Path.of(file));
  }

  /** A file that is replaced is parsed again. */
  private TrustManager trusted(Path file) {
    try {
      FileTime modified = Files.getLastModifiedTime(file);
      Parsed known = parsed;
      if (known == null || !known.modified().equals(modified)) {
        known = new Parsed(modified, TrustedRoots.of(parse(file)));
        parsed = known;
      }
      return known.trusted();
    } catch (IOException e) {
      throw new ConnectionRefusedException(
          "POSTGRES_SSL_ROOT_CERT " + file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static List<X509Certificate> parse(Path file) throws IOException {
    CertificateException fault = null;
    List<X509Certificate> roots = List.of();
    try (InputStream pem = Files.newInputStream(file)) {
      roots = TrustedRoots.parse(pem);
    } catch (CertificateException e) {
      fault = e;
    }
    if (roots.isEmpty()) {
      throw new ConnectionRefusedException(
          "POSTGRES_SSL_ROOT_CERT " + file + " holds no certificate in PEM", fault);
    }
    return roots;
  }

  private boolean isAddress() {
    return ADDRESS.matcher(host).matches();
  }

  private SSLMode mode() {
    return switch (tls.mode()) {
      case VERIFY_FULL -> SSLMode.VERIFY_FULL;
      case VERIFY_CA -> SSLMode.VERIFY_CA;
      case REQUIRE -> SSLMode.REQUIRE;
      case DISABLE -> SSLMode.DISABLE;
    };
  }

  private static SSLParameters checking(String algorithm) {
    SSLParameters parameters = new SSLParameters();
    parameters.setEndpointIdentificationAlgorithm(algorithm);
    return parameters;
  }

  /**
   * Translates an error of connecting that encryption caused, so that connecting is not tried
   * again; returns any other error as it is. The driver's own refusals have no severity.
   */
  Throwable meaning(Throwable error) {
    if (error instanceof ConnectionRefusedException) {
      return error;
    }
    CertificateException refusal = Causes.last(CertificateException.class, error);
    if (refusal != null) {
      return isOtherName(refusal) ? otherName(error) : untrusted(refusal, error);
    }
    String said = error instanceof R2dbcPermissionDeniedException ? error.getMessage() : null;
    if (said == null) {
      return error;
    }
    if (said.startsWith("Server support for SSL")) {
      return new ConnectionRefusedException(
          "the server speaks no TLS, which POSTGRES_SSL_MODE " + tls.mode() + " asks for", error);
    }
    return said.startsWith("The hostname") ? otherName(error) : error;
  }

  /** The JDK's check of names throws the plain type, without a cause. */
  private static boolean isOtherName(CertificateException refusal) {
    return refusal.getClass() == CertificateException.class && refusal.getCause() == null;
  }

  /** Names the host, which the message of the JDK's own check does not. */
  private ConnectionRefusedException otherName(Throwable error) {
    return new ConnectionRefusedException(
        "the server's certificate is not for "
            + host
            + ", as POSTGRES_SSL_MODE "
            + tls.mode()
            + " asks: check POSTGRES_HOST",
        error);
  }

  private static ConnectionRefusedException untrusted(
      CertificateException refusal, Throwable error) {
    boolean dated =
        refusal instanceof CertificateExpiredException
            || refusal instanceof CertificateNotYetValidException;
    return new ConnectionRefusedException(
        dated
            ? "the server's certificate is not valid now (" + refusal.getMessage() + "): renew it"
            : "the server's certificate is not trusted ("
                + refusal.getMessage()
                + "): check POSTGRES_SSL_ROOT_CERT",
        error);
  }
}
