package dev.warmpool.session.credentials;

import static dev.warmpool.session.credentials.LoginServer.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmpool.session.Credentials;
import dev.warmpool.session.PasswordSource;
import dev.warmpool.session.SessionUnavailableException;
import dev.warmpool.session.settings.SessionSettings;
import dev.warmpool.session.testkit.AwsEmulator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/**
 * Uses Secrets Manager and signs tokens as a function does: with the endpoint, the credentials and
 * the region that the AWS SDK finds.
 */
class SecretsManagerIT {

  @TempDir private static Path folder;
  private static AwsEmulator emulator;
  private static LoginServer server;
  private static SecretsManagerClient secrets;

  @BeforeAll
  static void start() throws IOException {
    emulator = AwsEmulator.required();
    secrets =
        SecretsManagerClient.builder().httpClientBuilder(UrlConnectionHttpClient.builder()).build();
    server = new LoginServer(folder);
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
      secrets.close();
    }
  }

  private static SessionSettings settings(String secret) {
    return server.settings(Map.of("POSTGRES_PASSWORD", "", "POSTGRES_SECRET_ARN", secret));
  }

  private static String json(String user, String password) {
    return "{\"engine\":\"postgres\",\"username\":\"%s\",\"password\":\"%s\"}"
        .formatted(user, password);
  }

  @Test
  void logsInWithASecretAndNoticesItsRotation() {
    String arn =
        secrets
            .createSecret(
                request ->
                    request.name("app-" + UUID.randomUUID()).secretString(json("app", "s3cret-1")))
            .arn();
    PasswordSource passwords = Passwords.from(settings(arn));
    server.password("s3cret-1");

    assertThat(user(settings(arn), passwords)).isEqualTo("app");

    secrets.putSecretValue(request -> request.secretId(arn).secretString(json("app", "s3cret-2")));
    server.password("s3cret-2");
    server.forget();

    assertThat(user(settings(arn), passwords)).isEqualTo("app");
    assertThat(server.logins()).isEqualTo(2);
  }

  /** The role that is replaced keeps its password until the rotation after the next. */
  @Test
  void logsInWithTheRoleOfTheSecretInARotationThatAlternatesRoles() {
    String arn =
        secrets
            .createSecret(
                request ->
                    request
                        .name("alternating-" + UUID.randomUUID())
                        .secretString(json("app", "s3cret-a1")))
            .arn();
    PasswordSource passwords = Passwords.from(settings(arn));
    server.password("s3cret-a1");
    assertThat(user(settings(arn), passwords)).isEqualTo("app");

    server.password("app_clone", "s3cret-b1");
    secrets.putSecretValue(r -> r.secretId(arn).secretString(json("app_clone", "s3cret-b1")));
    assertThat(user(settings(arn), passwords)).isEqualTo("app"); // still valid
    server.password("s3cret-a2");
    assertThat(user(settings(arn), passwords)).isEqualTo("app_clone");
    secrets.putSecretValue(r -> r.secretId(arn).secretString(json("app", "s3cret-a2")));
    server.password("app_clone", "s3cret-b2");
    assertThat(user(settings(arn), passwords)).isEqualTo("app");
  }

  @Test
  void reportsAMissingSecretAndOpensNoSocket() {
    SessionSettings settings = settings("nowhere");
    server.forget();

    assertThatThrownBy(() -> user(settings, Passwords.from(settings)))
        .isInstanceOf(SessionUnavailableException.class)
        .hasMessageStartingWith(
            "cannot connect: no password to be had: the secret nowhere (POSTGRES_SECRET_ARN) cannot"
                + " be read: Secrets Manager can't find the specified secret.");
    assertThat(server.logins()).isZero();
  }

  @Test
  void signsAndCachesATokenWithTheEnvironmentsKeysAndRegion() {
    PasswordSource passwords =
        Passwords.from(
            SessionSettings.from(
                Map.of(
                    "POSTGRES_HOST", "orders.abc.eu-central-1.rds.amazonaws.com",
                    "POSTGRES_DB", "orders",
                    "POSTGRES_USER", "app",
                    "POSTGRES_IAM_AUTH", "true")));

    Credentials signed = passwords.credentials().block(LoginServer.LIMIT);

    assertThat(signed.user()).isNull();
    assertThat(signed.password())
        .startsWith("orders.abc.eu-central-1.rds.amazonaws.com:5432/?")
        .contains("Action=connect", "DBUser=app", "X-Amz-Expires=900")
        .contains("%2F" + emulator.region() + "%2Frds-db%2Faws4_request");
    assertThat(passwords.credentials().block(LoginServer.LIMIT)).isSameAs(signed);
  }
}
