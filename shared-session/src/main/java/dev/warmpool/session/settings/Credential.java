package dev.warmpool.session.settings;

/** Where the password comes from. Immutable; never shows a secret. */
public sealed interface Credential {

  /**
   * A fixed password, {@code POSTGRES_PASSWORD}.
   *
   * @param value the password in clear text
   */
  record Password(String value) implements Credential {
    @Override
    public String toString() {
      return "Password[***]";
    }
  }

  /**
   * A secret in Secrets Manager, {@code POSTGRES_SECRET_ARN}: a JSON object with the members {@code
   * password} and, if the role is not that of {@code POSTGRES_USER}, {@code username}, as RDS
   * writes it.
   *
   * @param arn the secret's ARN or name
   */
  record Secret(String arn) implements Credential {}

  /** An RDS IAM token, {@code POSTGRES_IAM_AUTH=true}. */
  record IamToken() implements Credential {}
}
