package dev.warmpool.session.credentials;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.warmpool.session.Credentials;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/**
 * Reads a database secret as RDS writes it: a JSON object with the members {@code username} and
 * {@code password}.
 */
final class DatabaseSecret {

  private DatabaseSecret() {}

  /**
   * Fetches role and password of one version of the secret; blocks.
   *
   * @param arn the secret's ARN or name
   * @throws IllegalStateException if the secret cannot be read, is not such an object, or has an
   *     empty password
   */
  static Credentials fetch(String arn) {
    try (SecretsManagerClient client =
        SecretsManagerClient.builder()
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .build()) {
      String text = read(client, arn);
      Credentials credentials = text == null ? null : credentials(text);
      if (credentials == null) {
        throw unusable(arn, "is no JSON object with a string member \"password\"", null);
      }
      if (credentials.password().isEmpty()) {
        throw unusable(arn, "has an empty \"password\"", null);
      }
      return credentials;
    }
  }

  private static @Nullable String read(SecretsManagerClient client, String arn) {
    try {
      return client.getSecretValue(request -> request.secretId(arn)).secretString();
    } catch (SdkException e) {
      throw unusable(arn, "cannot be read: " + e.getMessage(), e);
    }
  }

  private static IllegalStateException unusable(
      String arn, String fault, @Nullable Throwable cause) {
    return new IllegalStateException(
        "the secret " + arn + " (POSTGRES_SECRET_ARN) " + fault, cause);
  }

  /**
   * Role and password; null if the text is not such an object. Without a role that is not empty, it
   * is that of the settings. No part of the text gets into an exception.
   */
  static @Nullable Credentials credentials(String text) {
    try (JsonParser parser = new JsonFactory().createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      String user = null;
      String password = null;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String member = parser.currentName();
        String value = parser.nextToken() == JsonToken.VALUE_STRING ? parser.getText() : null;
        parser.skipChildren();
        switch (member) {
          case "username" -> user = value == null || value.isEmpty() ? null : value;
          case "password" -> password = value;
          default -> {}
        }
      }
      return password == null ? null : new Credentials(user, password);
    } catch (IOException e) {
      return null;
    }
  }
}
