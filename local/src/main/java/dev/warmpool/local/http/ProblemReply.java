package dev.warmpool.local.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;

/** Answers that a request cannot be done, as problem details (RFC 9457). Stateless. */
public final class ProblemReply {

  private ProblemReply() {}

  /** Sends the answer. */
  public static void send(HttpExchange exchange, int status, String detail) throws IOException {
    ObjectNode problem =
        JsonNodeFactory.instance
            .objectNode()
            .put("type", "about:blank")
            .put("status", status)
            .put("detail", detail);
    LocalServer.reply(exchange, status, "application/problem+json", problem.toString());
  }
}
