package dev.warmpool.local.console;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import dev.warmpool.local.http.LocalServer;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/**
 * Static files from the class path, sent with headers that let a page load only files of this
 * server. Immutable.
 *
 * @param files class path resources by requested name
 * @param policy content security policy of the pages
 */
record PageFiles(Map<String, String> files, String policy) {

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "png", "image/png");

  boolean has(String name) {
    return files.containsKey(name);
  }

  /** Sends the file of this name, which must exist. */
  void send(HttpExchange exchange, String name) throws IOException {
    String resource = String.valueOf(files.get(name));
    Headers headers = exchange.getResponseHeaders();
    headers.set("Content-Type", TYPES.get(resource.substring(resource.lastIndexOf('.') + 1)));
    headers.set("Content-Security-Policy", policy);
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Cache-Control", "no-cache");
    try (InputStream in = PageFiles.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is not on the class path");
      }
      LocalServer.reply(exchange, 200, in.readAllBytes());
    }
  }
}
