package dev.warmpool.benchmarks.hikari;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.sql.SQLException;

/** Returns one user in payload format 2.0. Thread-safe. */
public final class UsersHandler implements RequestStreamHandler {

  private static final JsonMapper JSON = new JsonMapper();

  private final Users users = new Users();

  @Override
  public void handleRequest(InputStream event, OutputStream answer, Context context)
      throws IOException {
    JsonNode id = JSON.readTree(event).path("pathParameters").path("id");
    try {
      JSON.writeValue(answer, answer(users.find(Long.parseLong(id.asText()))));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ObjectNode answer(ObjectNode user) {
    ObjectNode answer = JSON.createObjectNode();
    answer.put("statusCode", user.isEmpty() ? 404 : 200);
    answer
        .putObject("headers")
        .put("content-type", "application/json")
        .put("etag", "\"" + user.path("version").asText() + "\"");
    return answer.put("body", user.toString()).put("isBase64Encoded", false);
  }
}
