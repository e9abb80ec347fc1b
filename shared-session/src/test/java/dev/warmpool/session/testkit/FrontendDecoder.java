package dev.warmpool.session.testkit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits the bytes that a client sends into messages, independent of the chunks in which they
 * arrive. Confined to one connection's reader.
 */
final class FrontendDecoder {

  /** Below the codes of CancelRequest, SSLRequest and GSSENCRequest, above protocol versions. */
  private static final int CANCEL_OR_TLS = 80_877_000;

  private byte[] rest = new byte[0];
  private boolean started;

  /** The messages that are complete with these bytes; the rest is kept. */
  List<FrontendMessage> decode(byte[] bytes, int length) {
    ByteBuffer buffer = ByteBuffer.allocate(rest.length + length);
    buffer.put(rest).put(bytes, 0, length).flip();
    List<FrontendMessage> messages = new ArrayList<>();
    while (complete(buffer)) {
      messages.add(started ? typed(buffer) : first(buffer));
    }
    rest = new byte[buffer.remaining()];
    buffer.get(rest);
    return messages;
  }

  private boolean complete(ByteBuffer buffer) {
    int header = started ? 1 : 0;
    return buffer.remaining() >= header + 4
        && buffer.remaining() >= header + buffer.getInt(buffer.position() + header);
  }

  private FrontendMessage first(ByteBuffer buffer) {
    byte[] body = new byte[buffer.getInt() - 4];
    buffer.get(body);
    started = ByteBuffer.wrap(body).getInt() < CANCEL_OR_TLS;
    String text = new String(body, 4, body.length - 4, StandardCharsets.UTF_8);
    return new FrontendMessage('*', text.replace('\0', ' ').strip());
  }

  private static FrontendMessage typed(ByteBuffer buffer) {
    char kind = (char) buffer.get();
    byte[] body = new byte[buffer.getInt() - 4];
    buffer.get(body);
    return new FrontendMessage(
        kind,
        switch (kind) {
          case 'Q' -> string(body, 0);
          case 'P' -> string(body, string(body, 0).getBytes(StandardCharsets.UTF_8).length + 1);
          default -> "";
        });
  }

  private static String string(byte[] body, int from) {
    int end = from;
    while (body[end] != 0) {
      end++;
    }
    return new String(body, from, end - from, StandardCharsets.UTF_8);
  }
}
