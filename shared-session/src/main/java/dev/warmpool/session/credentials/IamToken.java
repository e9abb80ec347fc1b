package dev.warmpool.session.credentials;

import static software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner.AUTH_LOCATION;
import static software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner.EXPIRATION_DURATION;
import static software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME;
import static software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner.REGION_NAME;
import static software.amazon.awssdk.http.auth.spi.signer.HttpSigner.SIGNING_CLOCK;

import dev.warmpool.session.SessionSettings;
import java.time.Clock;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner.AuthLocation;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;

/**
 * Signs tokens for RDS IAM authentication; a computation, once credentials are at hand. A token is
 * a presigned request to connect, without its scheme, so no client for RDS is needed, whose jar has
 * 5 MB.
 */
final class IamToken {

  /** What RDS takes at most. */
  private static final Duration LIFE = Duration.ofMinutes(15);

  private static final String SCHEME = "https";

  private IamToken() {}

  static String sign(SessionSettings settings) {
    String region = DefaultAwsRegionProviderChain.builder().build().getRegion().id();
    try (DefaultCredentialsProvider credentials = DefaultCredentialsProvider.builder().build()) {
      return sign(
          settings, new Signing(region, credentials.resolveCredentials(), Clock.systemUTC()));
    }
  }

  /** Where, by whom and when a token is signed. */
  record Signing(String region, AwsCredentialsIdentity identity, Clock clock) {}

  static String sign(SessionSettings settings, Signing signing) {
    SdkHttpRequest connect =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.GET)
            .protocol(SCHEME)
            .host(settings.host())
            .port(settings.port())
            .encodedPath("/")
            .putRawQueryParameter("DBUser", settings.user())
            .putRawQueryParameter("Action", "connect")
            .build();
    SdkHttpRequest signed =
        AwsV4HttpSigner.create()
            .sign(
                request ->
                    request
                        .identity(signing.identity())
                        .request(connect)
                        .putProperty(SERVICE_SIGNING_NAME, "rds-db")
                        .putProperty(REGION_NAME, signing.region())
                        .putProperty(AUTH_LOCATION, AuthLocation.QUERY_STRING)
                        .putProperty(EXPIRATION_DURATION, LIFE)
                        .putProperty(SIGNING_CLOCK, signing.clock()))
            .request();
    return signed.getUri().toString().substring((SCHEME + "://").length());
  }
}
