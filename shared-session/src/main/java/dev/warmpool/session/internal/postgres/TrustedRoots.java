package dev.warmpool.session.internal.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Reads root certificates and makes what trusts them. Stateless. */
final class TrustedRoots {

  private TrustedRoots() {}

  /** Parses PEM; text around the certificates is skipped. */
  static List<X509Certificate> parse(InputStream pem) throws CertificateException {
    return CertificateFactory.getInstance("X.509").generateCertificates(pem).stream()
        .map(X509Certificate.class::cast)
        .toList();
  }

  /** Trusts certificates that one of these roots has signed. */
  static TrustManager of(Collection<? extends Certificate> roots) {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (Certificate root : roots) {
        store.setCertificateEntry(Integer.toString(store.size()), root);
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return factory.getTrustManagers()[0];
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e); // every JVM has both algorithms; nothing is read
    }
  }
}
