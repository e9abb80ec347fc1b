package dev.warmpool.session.credentials;

import dev.warmpool.session.settings.SessionSettings;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.rds.RdsUtilities;

/**
 * Signs tokens for RDS IAM authentication. Signing itself calls no service; finding the credentials
 * may. The functions' archive carries only the classes of the SDK's RDS module that this class
 * needs.
 */
final class IamToken {

  private IamToken() {}

  /** Signs a token with the environment's credentials, for its region; may block. */
  static String sign(SessionSettings settings) {
    Region region = DefaultAwsRegionProviderChain.builder().build().getRegion();
    try (DefaultCredentialsProvider credentials = DefaultCredentialsProvider.builder().build()) {
      return sign(settings, region, credentials);
    }
  }

  /** Signs a token for the server, port and user of the settings. */
  static String sign(SessionSettings settings, Region region, AwsCredentialsProvider credentials) {
    return RdsUtilities.builder()
        .region(region)
        .credentialsProvider(credentials)
        .build()
        .generateAuthenticationToken(
            request ->
                request.hostname(settings.host()).port(settings.port()).username(settings.user()));
  }
}
