package dev.warmpool.session.testkit;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * A message of the protocol, in either direction.
 *
 * @param kind the type byte
 * @param body what follows the length
 */
record ProtocolMessage(char kind, byte[] body) {

  static ProtocolMessage read(DataInputStream in) throws IOException {
    char kind = (char) in.readUnsignedByte();
    byte[] body = new byte[in.readInt() - 4];
    in.readFully(body);
    return new ProtocolMessage(kind, body);
  }

  /** A message of the start-up, which has no type byte. */
  static byte[] readStartup(DataInputStream in) throws IOException {
    byte[] body = new byte[in.readInt() - 4];
    in.readFully(body);
    return body;
  }

  static void writeStartup(DataOutputStream out, byte[] body) throws IOException {
    out.writeInt(body.length + 4);
    out.write(body);
    out.flush();
  }

  void write(DataOutputStream out) throws IOException {
    out.writeByte(kind);
    out.writeInt(body.length + 4);
    out.write(body);
  }

  /** Whether the server has answered and waits; the body tells whether in a transaction. */
  boolean isReadyForQuery() {
    return kind == 'Z';
  }

  boolean isInTransaction() {
    return body[0] != 'I';
  }

  /** Whether the server has begun to copy from the client, and waits for data. */
  boolean isCopyIn() {
    return kind == 'G';
  }

  /** Whether the server answers it with ReadyForQuery, or by asking for the data of a copy. */
  boolean isAnswered() {
    return switch (kind) {
      case 'Q', 'S', 'c', 'f' -> true; // the last two end a copy
      default -> false;
    };
  }

  /** The SQL of a query or a parse; else empty. */
  String text() {
    return switch (kind) {
      case 'Q' -> string(0);
      case 'P' -> string(string(0).getBytes(StandardCharsets.UTF_8).length + 1);
      default -> "";
    };
  }

  private String string(int from) {
    int end = from;
    while (body[end] != 0) {
      end++;
    }
    return new String(body, from, end - from, StandardCharsets.UTF_8);
  }
}
