package com.example.orders;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import dev.warmpool.session.Schema;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.lambda.SharedSessions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Creates the schema and its tables where they are missing: invoked once after each deployment. */
public final class CreateTablesHandler
    implements RequestHandler<Map<String, Object>, Map<String, Object>> {

  /** Exists in every database; the script names its own schema. */
  private static final Schema PUBLIC = new Schema("public");

  @Override
  public Map<String, Object> handleRequest(Map<String, Object> event, Context context) {
    SharedSessions.blocking(context)
        .useSession(SessionOptions.standard().in(PUBLIC), session -> session.execute(script()));
    return Map.of("complete", true);
  }

  private static String script() {
    try (InputStream script = CreateTablesHandler.class.getResourceAsStream("/schema.sql")) {
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
