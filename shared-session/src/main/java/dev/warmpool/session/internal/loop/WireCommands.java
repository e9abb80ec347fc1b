package dev.warmpool.session.internal.loop;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Sends commands without values past the driver and reads their answers, for a fraction of the
 * driver's processor time. It stands between the driver and the decoder that gives the driver one
 * message at a time.
 *
 * <p>The server answers in order, and each query and each Sync by one ReadyForQuery. By the order
 * in which they were written, this knows to whom an answer belongs. Confined to the channel's event
 * loop, except for its public methods.
 */
public final class WireCommands extends ChannelDuplexHandler {

  /** The SQLSTATE connection_failure, which the driver gives to a lost connection, too. */
  private static final String LOST = "08006";

  /**
   * The SQLSTATE protocol_violation. After an error in the extended protocol the server skips all
   * messages until the next Sync, so that a command in between gets the answer to that.
   */
  private static final String SKIPPED = "08P01";

  /** The driver's own code for a COMMIT that the server answered by ROLLBACK. */
  public static final String ROLLED_BACK = "99999";

  private static final byte QUERY = 'Q';
  private static final byte SYNC = 'S';
  private static final byte READY = 'Z';
  private static final byte ERROR = 'E';
  private static final byte COMPLETE = 'C';
  private static final byte EMPTY_QUERY = 'I';
  private static final byte NOTIFICATION = 'A';
  private static final byte PARAMETER_STATUS = 'S';

  /** The status of a connection without a transaction. */
  private static final byte IDLE = 'I';

  /** Its type and its length, which counts itself. */
  private static final int HEADER = 5;

  /** The one parameter of the session that the driver follows. */
  private static final byte[] TIME_ZONE = "TimeZone\0".getBytes(StandardCharsets.US_ASCII);

  /** An answer that the driver awaits. */
  private static final Object DRIVERS = new Object();

  private final BiFunction<String, String, ? extends Throwable> errors;
  private final Queue<Object> awaited = new ArrayDeque<>();
  private @Nullable ChannelHandlerContext context;
  private @Nullable Throwable ended;
  private volatile boolean inTransaction;

  /** Whether the server has run a part of the command whose answers come. */
  private boolean completed;

  /**
   * @param errors makes an error from an SQLSTATE and a message
   */
  WireCommands(BiFunction<String, String, ? extends Throwable> errors) {
    this.errors = errors;
  }

  /**
   * A command of this class.
   *
   * @param tag the server's word for what the command is to have done; empty for any
   */
  private record Command(String sql, String tag, MonoSink<Void> outcome) {}

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
  }

  /**
   * Sends a text without values at subscription, behind all that the driver has written. Completes
   * when the server has answered it, and fails with its first error, or if the connection is lost.
   * Rows are dropped.
   */
  public Mono<Void> run(String sql) {
    return answered(sql, "");
  }

  /**
   * Commits; fails with {@link #ROLLED_BACK} if the server has rolled back instead, as it does in a
   * transaction that has failed.
   */
  public Mono<Void> commit() {
    return answered("COMMIT", "COMMIT");
  }

  private Mono<Void> answered(String sql, String tag) {
    return Mono.create(outcome -> onLoop(new Command(sql, tag, outcome)));
  }

  private void onLoop(Command command) {
    ChannelHandlerContext at = added();
    if (at.executor().inEventLoop()) {
      send(at, command);
    } else {
      at.executor().execute(() -> send(at, command));
    }
  }

  /** Whether the server is in a transaction, as its latest answer has said. */
  public boolean inTransaction() {
    return inTransaction;
  }

  private ChannelHandlerContext added() {
    ChannelHandlerContext at = context;
    if (at == null) {
      throw new IllegalStateException("in no pipeline");
    }
    return at;
  }

  private void send(ChannelHandlerContext at, Command command) {
    if (ended != null || !at.channel().isActive()) {
      command.outcome().error(lost());
      return;
    }
    byte[] text = command.sql().getBytes(StandardCharsets.UTF_8);
    int length = HEADER + text.length; // with the text's end, without the type
    ByteBuf message = at.alloc().buffer(1 + length);
    message.writeByte(QUERY).writeInt(length).writeBytes(text).writeByte(0);
    awaited.add(command);
    at.writeAndFlush(message);
    readUnlessAutomatic(at);
  }

  /** The driver stops reading while its subscribers ask for nothing. */
  private static void readUnlessAutomatic(ChannelHandlerContext at) {
    if (!at.channel().config().isAutoRead()) {
      at.read();
    }
  }

  /** What the server has said before it ended the connection, if it has. */
  private Throwable lost() {
    Throwable reason = ended;
    return reason != null ? reason : errors.apply(LOST, "the connection was lost");
  }

  /** Notes how many answers the driver awaits. It writes whole messages. */
  @Override
  public void write(ChannelHandlerContext at, Object message, ChannelPromise written) {
    if (message instanceof ByteBuf messages) {
      int next = messages.readerIndex();
      while (next < messages.writerIndex()) {
        byte type = messages.getByte(next);
        if (type == QUERY || type == SYNC) {
          awaited.add(DRIVERS);
        }
        next += 1 + messages.getInt(next + 1);
      }
    }
    at.write(message, written);
  }

  @Override
  public void channelRead(ChannelHandlerContext at, Object message) {
    ByteBuf answer = (ByteBuf) message;
    byte type = answer.getByte(answer.readerIndex());
    Object head = type == READY ? ready(answer) : awaited.peek();
    if (head instanceof Command command && !isForDriver(type, answer)) {
      answered(command, type, answer);
      answer.release();
      return;
    }
    if (head == null && type == ERROR) {
      ended = error(answer);
    }
    at.fireChannelRead(answer);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext at) {
    at.fireChannelReadComplete();
    if (awaited.peek() instanceof Command) {
      readUnlessAutomatic(at);
    }
  }

  private @Nullable Object ready(ByteBuf answer) {
    inTransaction = answer.getByte(answer.readerIndex() + HEADER) != IDLE;
    return awaited.poll();
  }

  private static boolean isForDriver(byte type, ByteBuf answer) {
    return type == NOTIFICATION || type == PARAMETER_STATUS && isTimeZone(answer);
  }

  private static boolean isTimeZone(ByteBuf status) {
    int name = status.readerIndex() + HEADER;
    for (int i = 0; i < TIME_ZONE.length; i++) {
      if (name + i >= status.writerIndex() || status.getByte(name + i) != TIME_ZONE[i]) {
        return false;
      }
    }
    return true;
  }

  private void answered(Command command, byte type, ByteBuf answer) {
    MonoSink<Void> outcome = command.outcome();
    switch (type) {
      case ERROR -> outcome.error(error(answer));
      case EMPTY_QUERY -> completed = true;
      case COMPLETE -> {
        completed = true;
        if (!hasTag(command.tag(), answer)) {
          outcome.error(errors.apply(ROLLED_BACK, "the server has rolled back"));
        }
      }
      case READY -> end(outcome);
      default -> {
        // rows are dropped, and notices
      }
    }
  }

  private void end(MonoSink<Void> outcome) {
    if (completed) {
      outcome.success();
    } else {
      outcome.error(errors.apply(SKIPPED, "the server has skipped the command"));
    }
    completed = false;
  }

  private static boolean hasTag(String tag, ByteBuf complete) {
    int text = complete.readerIndex() + HEADER;
    return tag.isEmpty()
        || tag.equals(
            complete.toString(text, complete.writerIndex() - text - 1, StandardCharsets.US_ASCII));
  }

  /** Fields are a letter and a text that ends with NUL; a NUL ends them. */
  private Throwable error(ByteBuf answer) {
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

  /** Tells those that await an answer before the driver hears of it. */
  @Override
  public void channelInactive(ChannelHandlerContext at) throws Exception {
    for (Object head = awaited.poll(); head != null; head = awaited.poll()) {
      if (head instanceof Command command) {
        command.outcome().error(lost());
      }
    }
    super.channelInactive(at);
  }
}
