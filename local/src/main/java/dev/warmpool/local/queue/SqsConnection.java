package dev.warmpool.local.queue;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** A connection to the SQS server; it lasts as long as the server. One request at a time. */
final class SqsConnection implements AutoCloseable {

  private static final int MAX_LINE = 8_192;

  private final Socket socket;
  private final InputStream in;

  SqsConnection(InetSocketAddress server) throws IOException {
    this.socket = new Socket(server.getAddress(), server.getPort());
    this.in = new BufferedInputStream(socket.getInputStream());
    socket.setTcpNoDelay(true);
  }

  /** Limits the waits for responses; zero for no limit. */
  void limit(int millis) throws IOException {
    socket.setSoTimeout(millis);
  }

  SqsResponse send(SqsRequest request) throws IOException {
    byte[] head = request.head();
    byte[] all = new byte[head.length + request.body().length];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(request.body(), 0, all, head.length, request.body().length);
    socket.getOutputStream().write(all);
    return response();
  }

  private SqsResponse response() throws IOException {
    int status = Integer.parseInt(line().split(" ")[1]);
    Map<String, String> headers = new HashMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      String[] header = line.split(": *", 2);
      headers.put(header[0].toLowerCase(Locale.ROOT), header.length < 2 ? "" : header[1]);
    }
    String length = headers.get("content-length");
    if (length == null) {
      throw new IOException("a response without Content-Length");
    }
    byte[] body = in.readNBytes(Integer.parseInt(length));
    return new SqsResponse(status, headers, body);
  }

  private String line() throws IOException {
    byte[] line = new byte[MAX_LINE];
    int length = 0;
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0 || length == MAX_LINE) {
        throw new EOFException("the connection to the SQS server has ended");
      }
      line[length++] = (byte) next;
    }
    return new String(line, 0, length, StandardCharsets.ISO_8859_1).strip();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // the server has closed it
    }
  }
}
