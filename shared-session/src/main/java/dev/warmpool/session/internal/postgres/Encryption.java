package dev.warmpool.session.internal.postgres;

import dev.warmpool.session.settings.Tls;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration.Builder;
import io.r2dbc.postgresql.client.DefaultHostnameVerifier;
import io.r2dbc.postgresql.client.SSLMode;
import io.r2dbc.spi.R2dbcPermissionDeniedException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts connections to a host as its {@link Tls} settings say. Immutable.
 *
 * @param host the server's name, which its certificate must have
 * @param tls what is checked
 */
record Encryption(String host, Tls tls) {

  /** The JDK's name for the check of host names by RFC 2818. */
  private static final String NAMES = "HTTPS";

  /** Switches the check off: Netty checks names by default. */
  private static final String NO_NAMES = "";

  /** A host name has no part of digits alone at its end, and no colon. */
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|.*:.*");

  /**
   * Adds encryption to the driver's configuration. A host name is checked in the handshake, so that
   * a mismatch closes the socket. An address, which TLS does not send, is checked by the driver.
   * The driver would check the name that a reverse look-up gives, so its check is replaced by one
   * of the configured host.
   */
  Builder on(Builder driver) {
    boolean named = tls.mode() == Tls.Mode.VERIFY_FULL && !isAddress();
    driver
        .sslMode(mode())
        .sslParameters(address -> checking(named ? NAMES : NO_NAMES))
        .sslHostnameVerifier(
            (found, session) -> DefaultHostnameVerifier.INSTANCE.verify(host, session));
    URL roots = roots();
    return roots == null ? driver : driver.sslRootCert(roots);
  }

  /** The roots to trust; null for those of the JVM. */
  @Nullable URL roots() {
    try {
      String file = tls.rootCertificate();
      return file == null ? RdsRoots.of(host) : Path.of(file).toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalStateException(e); // the URI of a path always has a handler
    }
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
   * again; returns any other error as it is. The driver's own refusals have no SQLSTATE.
   */
  Throwable meaning(Throwable error) {
    CertificateException refusal = SqlStates.refusedCertificate(error);
    if (refusal != null) {
      return refusal.getCause() == null ? otherName(error) : untrusted(refusal, error);
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
    return new ConnectionRefusedException(
        "the server's certificate is not trusted ("
            + refusal.getMessage()
            + "): check POSTGRES_SSL_ROOT_CERT",
        error);
  }
}
