package dev.warmpool.session;

import io.netty.util.NetUtil;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration.Builder;
import io.r2dbc.postgresql.client.DefaultHostnameVerifier;
import io.r2dbc.postgresql.client.SSLMode;
import io.r2dbc.spi.R2dbcPermissionDeniedException;
import java.net.URL;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLParameters;

/**
 * Encrypts connections to a host as {@link Tls} says. Immutable.
 *
 * @param host the server's name, as its certificate has to have it
 * @param tls what is checked
 */
record Encryption(String host, Tls tls) {

  /** How TLS itself checks names, by RFC 2818. */
  private static final String NAMES = "HTTPS";

  /** Netty checks names unless told otherwise. */
  private static final String NO_NAMES = "";

  /**
   * A name is checked within the handshake, which closes the socket where it fails; an address,
   * which TLS does not send, only by the driver. The driver would check what a reverse look-up
   * says, and is made to check what was asked for.
   */
  Builder on(Builder driver) {
    boolean named = tls.mode() == Tls.Mode.VERIFY_FULL && !isAddress();
    driver
        .sslMode(mode())
        .sslParameters(address -> checking(named ? NAMES : NO_NAMES))
        .sslHostnameVerifier(
            (found, session) -> DefaultHostnameVerifier.INSTANCE.verify(host, session));
    URL roots = tls.roots(host);
    return roots == null ? driver : driver.sslRootCert(roots);
  }

  private boolean isAddress() {
    return NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host);
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
   * What a failed connect says of encryption, so that it is not tried again; else the error. The
   * driver's own refusals have no code.
   */
  Throwable meaning(Throwable error) {
    CertificateException refusal = Failures.refusedCertificate(error);
    if (refusal != null) {
      return refusal.getCause() == null ? otherName(error) : untrusted(refusal, error);
    }
    String said = error instanceof R2dbcPermissionDeniedException ? error.getMessage() : null;
    if (said == null) {
      return error;
    }
    if (said.startsWith("Server support for SSL")) {
      return new RefusedConnection(
          "the server speaks no TLS, which POSTGRES_SSL_MODE " + tls.mode() + " asks for", error);
    }
    return said.startsWith("The hostname") ? otherName(error) : error;
  }

  /** The JDK's check of the name has a message that does not tell it, and no cause. */
  private RefusedConnection otherName(Throwable error) {
    return new RefusedConnection(
        "the server's certificate is not for "
            + host
            + ", as POSTGRES_SSL_MODE "
            + tls.mode()
            + " asks: check POSTGRES_HOST",
        error);
  }

  private static RefusedConnection untrusted(CertificateException refusal, Throwable error) {
    return new RefusedConnection(
        "the server's certificate is not trusted ("
            + refusal.getMessage()
            + "): check POSTGRES_SSL_ROOT_CERT",
        error);
  }
}
