package dev.warmpool.session.errors;

import static dev.warmpool.session.errors.Cause.atOnce;
import static dev.warmpool.session.errors.Cause.retried;

import dev.warmpool.session.credentials.Passwords;
import dev.warmpool.session.testkit.ScriptedServer;
import java.util.ArrayList;
import java.util.List;

/** There is no password to connect with. */
final class SecretCauses {

  private final SecretEndpoint endpoint;

  SecretCauses(SecretEndpoint endpoint) {
    this.endpoint = endpoint;
  }

  List<Cause> all() {
    return List.of(
        atOnce(
            "there is no such secret",
            "correct `POSTGRES_SECRET_ARN`; check the region",
            () ->
                error(
                    "ResourceNotFoundException",
                    "Secrets Manager can't find the specified secret.")),
        atOnce(
            "the function may not read the secret",
            "allow its role `secretsmanager:GetSecretValue`, and `kms:Decrypt` for a key of its own",
            () ->
                error(
                    "AccessDeniedException",
                    "User: arn:aws:sts::1:assumed-role/f is not authorized to perform:"
                        + " secretsmanager:GetSecretValue")),
        atOnce(
            "the secret is not JSON, or has no password",
            "store it as RDS does: `{\"username\":…,\"password\":…}`",
            () -> secret("s3cret")),
        atOnce(
            "the secret is empty",
            "store it as RDS does: `{\"username\":…,\"password\":…}`",
            () -> secret("")),
        atOnce(
            "the password in the secret is empty",
            "store a password; the secret is fetched again for the next connection",
            () -> secret("{\"username\":\"app\",\"password\":\"\"}")),
        atOnce(
            "nothing listens at the endpoint of Secrets Manager",
            "correct the endpoint; in a VPC without a route to it, add an interface endpoint",
            this::refused),
        retried(
            "Secrets Manager does not answer",
            "in a VPC, add an interface endpoint whose security group admits the function",
            this::silent));
  }

  private String error(String type, String message) {
    endpoint.error(type, message);
    return message();
  }

  private String secret(String text) {
    endpoint.secret(text);
    return message();
  }

  private String refused() throws Exception {
    endpoint.at(NetworkCauses.freePort());
    return message();
  }

  private String silent() {
    try (ScriptedServer silent = ScriptedServer.silent()) {
      endpoint.at(silent.port());
      return message("POOL_TIMEOUT", "0.5");
    }
  }

  private static String message(String... more) {
    List<String> settings = new ArrayList<>(List.of("POOL_TIMEOUT", "10"));
    settings.addAll(List.of("POSTGRES_PASSWORD", ""));
    settings.addAll(List.of("POSTGRES_SECRET_ARN", SecretEndpoint.ARN));
    settings.addAll(List.of(more));
    return Cause.message(Passwords::from, settings.toArray(String[]::new));
  }
}
