package dev.warmpool.session.credentials;

import dev.warmpool.session.SessionSettings;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.rds.RdsUtilities;

/** Signs tokens for RDS IAM authentication; a computation, once credentials are at hand. */
final class IamToken {

  private IamToken() {}

  static String sign(SessionSettings settings) {
    RdsUtilities utilities =
        RdsUtilities.builder()
            .region(DefaultAwsRegionProviderChain.builder().build().getRegion())
            .credentialsProvider(DefaultCredentialsProvider.builder().build())
            .build();
    return utilities.generateAuthenticationToken(
        request ->
            request.hostname(settings.host()).port(settings.port()).username(settings.user()));
  }
}
