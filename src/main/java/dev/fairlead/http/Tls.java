package dev.fairlead.http;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** The client side of TLS: 1.2 or newer, host names verified, BoringSSL where it loads. */
final class Tls {
  private Tls() {}

  /**
   * The context of all connections.
   *
   * @param moreRoots certificates that are trusted beside those of the JDK
   */
  static SslContext client(List<X509Certificate> moreRoots, boolean nativeIfAvailable) {
    try {
      return SslContextBuilder.forClient()
          .sslProvider(
              nativeIfAvailable && OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
          .protocols("TLSv1.3", "TLSv1.2")
          .endpointIdentificationAlgorithm("HTTPS")
          .trustManager(trust(moreRoots))
          .build();
    } catch (SSLException e) {
      throw new IllegalStateException("TLS cannot be set up", e);
    }
  }

  private static TrustManagerFactory trust(List<X509Certificate> moreRoots) {
    try {
      TrustManagerFactory system = factory();
      system.init((KeyStore) null);
      if (moreRoots.isEmpty()) {
        return system;
      }
      KeyStore all = KeyStore.getInstance(KeyStore.getDefaultType());
      all.load(null, null);
      int n = 0;
      for (TrustManager manager : system.getTrustManagers()) {
        if (manager instanceof X509TrustManager x509) {
          for (X509Certificate root : x509.getAcceptedIssuers()) {
            all.setCertificateEntry("root" + n++, root);
          }
        }
      }
      for (X509Certificate root : moreRoots) {
        all.setCertificateEntry("more" + n++, root);
      }
      TrustManagerFactory more = factory();
      more.init(all);
      return more;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("the trusted certificates cannot be read", e);
    }
  }

  private static TrustManagerFactory factory() throws GeneralSecurityException {
    return TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
  }
}
