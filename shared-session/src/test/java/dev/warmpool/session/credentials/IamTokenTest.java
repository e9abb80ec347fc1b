package dev.warmpool.session.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.SessionSettings;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.rds.RdsUtilities;

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
  void signsWhatTheSdksOwnUtilitySigns() {
    String theirs =
        RdsUtilities.builder()
            .region(Region.EU_CENTRAL_1)
            .credentialsProvider(StaticCredentialsProvider.create(CREDENTIALS))
            .build()
            .generateAuthenticationToken(
                request -> request.hostname(HOST).port(5432).username(SETTINGS.user()));
    Instant signedAt = signedAt(theirs);

    String ours =
        IamToken.sign(
            SETTINGS,
            new IamToken.Signing(
                "eu-central-1", CREDENTIALS, Clock.fixed(signedAt, ZoneOffset.UTC)));

    assertThat(parameters(ours)).isEqualTo(parameters(theirs));
    assertThat(ours.split("\\?")[0]).isEqualTo(theirs.split("\\?")[0]).isEqualTo(HOST + ":5432/");
  }

  private static Instant signedAt(String token) {
    String date = parameters(token).get("X-Amz-Date");
    return Instant.parse(date.replaceFirst("(....)(..)(..)T(..)(..)(..)Z", "$1-$2-$3T$4:$5:$6Z"));
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
