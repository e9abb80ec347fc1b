package dev.warmpool.session.credentials;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/** Reads a database secret as RDS writes it: a JSON object with a member {@code password}. */
final class DatabaseSecret {

  private DatabaseSecret() {}

  /**
   * Fetches the password; blocks.
   *
   * @param arn the secret's ARN or name
   * @throws IllegalStateException if the secret is not such an object
   */
  static String fetch(String arn) {
    try (SecretsManagerClient client =
        SecretsManagerClient.builder()
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .build()) {
      String text = client.getSecretValue(request -> request.secretId(arn)).secretString();
      String password = text == null ? null : password(text);
      if (password == null) {
        throw new IllegalStateException(
            "the secret "
                + arn
                + " (POSTGRES_SECRET_ARN) is no JSON object with a string member \"password\"");
      }
      return password;
    }
  }

  /**
   * The value of {@code password}; null if the text is not such an object. No part of the text gets
   * into an exception.
   */
  static @Nullable String password(String text) {
    try (JsonParser parser = new JsonFactory().createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean found = parser.currentName().equals("password");
        JsonToken value = parser.nextToken();
        if (found) {
          return value == JsonToken.VALUE_STRING ? parser.getText() : null;
        }
        parser.skipChildren();
      }
      return null;
    } catch (IOException e) {
      return null;
    }
  }
}
