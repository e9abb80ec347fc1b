package dev.warmpool.local;

import com.sun.net.httpserver.Headers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Sends requests byte by byte, including malformed ones. */
final class RawHttp {

  /** Name of the header that holds the response's status. */
  static final String STATUS = "status";

  private static final int TIMEOUT_MILLIS = 10_000;

  private RawHttp() {}

  /**
   * A response.
   *
   * @param status HTTP status; 0 if there was no response or none in HTTP
   * @param headers response headers, with {@link #STATUS} added
   * @param body response body
   */
  record Answer(int status, Headers headers, String body) {}

  static Answer send(String address, String request) {
    return send(address, request.getBytes(StandardCharsets.UTF_8));
  }

  /** Sends the bytes, closes the output, and reads the response to its end. */
  static Answer send(String address, byte[] request) {
    URI uri = URI.create(address);
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.getOutputStream().write(request);
      socket.shutdownOutput();
      read(socket.getInputStream(), read);
    } catch (IOException e) {
      if (read.size() == 0) {
        return new Answer(0, new Headers(), String.valueOf(e.getMessage()));
      }
    }
    return parsed(read.toString(StandardCharsets.UTF_8));
  }

  private static void read(InputStream in, ByteArrayOutputStream read) throws IOException {
    byte[] buffer = new byte[8_192];
    int length;
    while ((length = in.read(buffer)) >= 0) {
      read.write(buffer, 0, length);
    }
  }

  private static Answer parsed(String all) {
    String text = all.replaceFirst("^HTTP/1\\.1 100 .*\r\n\r\n", "");
    String[] parts = text.split("\r\n\r\n", 2);
    String[] lines = parts[0].split("\r\n");
    Headers headers = new Headers();
    if (!lines[0].matches("HTTP/1\\.1 \\d{3}.*")) {
      return new Answer(0, headers, text);
    }
    headers.set(STATUS, lines[0].substring(9, 12));
    for (int i = 1; i < lines.length; i++) {
      String[] header = lines[i].split(": ?", 2);
      headers.add(header[0], header.length < 2 ? "" : header[1]);
    }
    int status = Integer.parseInt(headers.getFirst(STATUS));
    return new Answer(status, headers, parts.length < 2 ? "" : body(headers, parts[1]));
  }

  /** Cuts the body to its length: bytes after a request may have been taken for another request. */
  private static String body(Headers headers, String rest) {
    String length = headers.getFirst("Content-Length");
    byte[] bytes = rest.getBytes(StandardCharsets.UTF_8);
    int end = length == null ? bytes.length : Math.min(bytes.length, Integer.parseInt(length));
    return new String(bytes, 0, end, StandardCharsets.UTF_8);
  }
}
