package dev.warmpool.session.internal.loop;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.function.BiFunction;

/** Reads from a message of the server, of which it takes nothing. Stateless. */
final class ServerMessages {

  /** The status of a connection without a transaction. */
  private static final byte IDLE = 'I';

  /** The type and the length, which counts itself. */
  private static final int HEADER = 5;

  /** The one parameter of the session that the driver follows. */
  private static final byte[] TIME_ZONE = "TimeZone\0".getBytes(StandardCharsets.US_ASCII);

  private ServerMessages() {}

  /** Whether a ReadyForQuery tells of a transaction. */
  static boolean inTransaction(ByteBuf ready) {
    return ready.getByte(ready.readerIndex() + HEADER) != IDLE;
  }

  /** Whether a ParameterStatus tells of the time zone. */
  static boolean isOfTimeZone(ByteBuf status) {
    int name = status.readerIndex() + HEADER;
    for (int i = 0; i < TIME_ZONE.length; i++) {
      if (name + i >= status.writerIndex() || status.getByte(name + i) != TIME_ZONE[i]) {
        return false;
      }
    }
    return true;
  }

  /** The words of a CommandComplete. */
  static String tag(ByteBuf complete) {
    int text = complete.readerIndex() + HEADER;
    return complete.toString(text, complete.writerIndex() - text - 1, StandardCharsets.US_ASCII);
  }

  /**
   * The error of an ErrorResponse. Its fields are a letter and a text that ends with NUL; a NUL
   * ends them.
   *
   * @param errors makes an error from an SQLSTATE and a message
   */
  static Throwable error(ByteBuf answer, BiFunction<String, String, ? extends Throwable> errors) {
    String state = "";
    String message = "";
    int field = answer.readerIndex() + HEADER;
    while (field < answer.writerIndex() && answer.getByte(field) != 0) {
      int end = answer.indexOf(field, answer.writerIndex(), (byte) 0);
      String text = answer.toString(field + 1, end - field - 1, StandardCharsets.UTF_8);
      switch (answer.getByte(field)) {
        case 'C' -> state = text;
        case 'M' -> message = text;
        default -> {
          // the others say it in another way, or more of it
        }
      }
      field = end + 1;
    }
    return errors.apply(state, message);
  }
}
