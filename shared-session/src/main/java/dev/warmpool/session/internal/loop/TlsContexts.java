package dev.warmpool.session.internal.loop;

import io.netty.handler.ssl.SslContextBuilder;
import java.util.function.Function;
import javax.net.ssl.TrustManager;

/** Configures Netty's TLS. Stateless. */
public final class TlsContexts {

  private TlsContexts() {}

  /** Lets each context trust what this manager trusts, instead of roots that it has to parse. */
  public static Function<SslContextBuilder, SslContextBuilder> trusting(TrustManager manager) {
    return context -> context.trustManager(manager);
  }
}
