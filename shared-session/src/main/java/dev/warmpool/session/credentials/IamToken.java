package dev.warmpool.session.credentials;

import dev.warmpool.session.settings.SessionSettings;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.rds.RdsUtilities;

/**
 * Signs tokens for RDS IAM authentication; a computation, once credentials are at hand. Of the
 * SDK's module for RDS the functions' archive carries only what this needs.
 */
final class IamToken {

  private IamToken() {}

  static String sign(SessionSettings settings) {
    Region region = DefaultAwsRegionProviderChain.builder().build().getRegion();
    try (DefaultCredentialsProvider credentials = DefaultCredentialsProvider.builder().build()) {
      return sign(settings, region, credentials);
    }
  }

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
