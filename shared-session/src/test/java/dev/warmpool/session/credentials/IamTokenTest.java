package dev.warmpool.session.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.settings.SessionSettings;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/** Signs a token without a network. */
class IamTokenTest {

  private static final String HOST = "database.cluster-x.eu-central-1.rds.amazonaws.com";
  private static final AwsSessionCredentials CREDENTIALS =
      AwsSessionCredentials.create("AKIDEXAMPLE", "secret/with+signs=", "session/token+with=signs");

  private static final SessionSettings SETTINGS =
      SessionSettings.from(
          Map.of(
              "POSTGRES_HOST", HOST,
              "POSTGRES_DB", "orders",
              "POSTGRES_USER", "o'brien@app+1",
              "POSTGRES_IAM_AUTH", "true"));

  @Test
  void signsTheServerTheUserAndAnExpiryOfFifteenMinutes() {
    String token =
        IamToken.sign(SETTINGS, Region.EU_CENTRAL_1, StaticCredentialsProvider.create(CREDENTIALS));
    assertThat(token).startsWith(HOST + ":5432/?");
    assertThat(parameters(token))
        .containsEntry("DBUser", "o%27brien%40app%2B1")
        .containsEntry("Action", "connect")
        .containsEntry("X-Amz-Expires", "900")
        .containsEntry("X-Amz-Security-Token", "session%2Ftoken%2Bwith%3Dsigns")
        .hasEntrySatisfying(
            "X-Amz-Credential",
            credential ->
                assertThat(credential)
                    .matches("AKIDEXAMPLE%2F[0-9]{8}%2Feu-central-1%2Frds-db%2Faws4_request"))
        .hasEntrySatisfying(
            "X-Amz-Signature", signature -> assertThat(signature).matches("[0-9a-f]{64}"));
  }

  private static Map<String, String> parameters(String token) {
    Map<String, String> parameters = new TreeMap<>();
    for (String parameter : token.split("\\?")[1].split("&")) {
      String[] parts = parameter.split("=", 2);
      parameters.put(parts[0], parts[1]);
    }
    return parameters;
  }
}
