package dev.warmpool.session;

/** Which of the three ways the password comes by. Immutable; never shows a secret. */
public sealed interface Credential {

  /**
   * A fixed password, {@code POSTGRES_PASSWORD}.
   *
   * @param value the password, in clear
   */
  record Password(String value) implements Credential {
    @Override
    public String toString() {
      return "Password[***]";
    }
  }

  /**
   * A secret in Secrets Manager, {@code POSTGRES_SECRET_ARN}, as RDS writes it: a JSON object with
   * a member {@code password}.
   *
   * @param arn the secret's ARN or name
   */
  record Secret(String arn) implements Credential {}

  /** An RDS IAM token for each connection, {@code POSTGRES_IAM_AUTH=true}. */
  record IamToken() implements Credential {}
}
