package dev.warmpool.session.internal.loop;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
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
   * The SQLSTATE protocol_violation, for an answer that cannot belong to the command whose turn it
   * is. Answers would be given to the wrong commands from then on, so it ends the connection.
   */
  private static final String OUT_OF_STEP = "08P01";

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

  /** What the driver sends in the extended protocol: Parse to Flush. A Sync ends them. */
  private static final String EXTENDED = "PBDECH";

  /** The answers to these, and what asks for a copy: no answers to a command of this class. */
  private static final String EXTENDED_ANSWERS = "123nstGHW";

  /** An answer that the driver awaits. */
  private static final Object DRIVERS = new Object();

  private final BiFunction<String, String, ? extends Throwable> errors;
  private final Deque<Object> awaited = new ArrayDeque<>();
  private final Queue<Command> held = new ArrayDeque<>();
  private @Nullable ChannelHandlerContext context;
  private @Nullable Throwable ended;
  private volatile boolean inTransaction;

  /** Whether the driver has written extended messages without the Sync that ends them. */
  private boolean unsynced;

  /** Whether the server has said of the command whose answers come that it has run or failed. */
  private boolean decided;

  /** Whether answers have come that cannot belong to the commands that awaited them. */
  private boolean outOfStep;

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
   * Sends a text without values at subscription, behind all that the driver has written. Between
   * extended messages and their Sync the server would skip it after an error, so it waits for the
   * Sync. Completes when the server has answered it, and fails with its first error, or if the
   * connection is lost. Rows are dropped.
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
    } else if (unsynced) {
      held.add(command);
    } else {
      query(at, command);
    }
  }

  private void query(ChannelHandlerContext at, Command command) {
    byte[] text = command.sql().getBytes(StandardCharsets.UTF_8);
    int length = Integer.BYTES + text.length + 1; // with the text's end, without the type
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

  /** Notes which answers the driver awaits. It writes whole messages. */
  @Override
  public void write(ChannelHandlerContext at, Object message, ChannelPromise written) {
    if (message instanceof ByteBuf messages) {
      int next = messages.readerIndex();
      while (next < messages.writerIndex()) {
        note(messages.getByte(next));
        next += 1 + messages.getInt(next + 1);
      }
    }
    at.write(message, written);
    while (!unsynced && !held.isEmpty()) {
      query(at, held.remove());
    }
  }

  /** All extended messages up to a Sync have one ReadyForQuery, and so has a query. */
  private void note(byte type) {
    boolean extended = EXTENDED.indexOf(type) >= 0;
    if (type == QUERY || !unsynced && (extended || type == SYNC)) {
      awaited.add(DRIVERS);
    }
    unsynced = extended || unsynced && type != SYNC;
  }

  @Override
  public void channelRead(ChannelHandlerContext at, Object message) {
    ByteBuf answer = (ByteBuf) message;
    if (outOfStep) {
      answer.release();
      return;
    }
    byte type = answer.getByte(answer.readerIndex());
    Object head = type == READY ? ready(answer) : awaited.peek();
    if (head instanceof Command command && !isForDriver(type, answer)) {
      try {
        answered(at, command, type, answer);
      } finally {
        answer.release();
      }
      return;
    }
    if (head == null && type == ERROR) {
      ended = ServerMessages.error(answer, errors);
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
    inTransaction = ServerMessages.inTransaction(answer);
    return awaited.poll();
  }

  private static boolean isForDriver(byte type, ByteBuf answer) {
    return type == NOTIFICATION || type == PARAMETER_STATUS && ServerMessages.isOfTimeZone(answer);
  }

  private void answered(ChannelHandlerContext at, Command command, byte type, ByteBuf answer) {
    switch (type) {
      case ERROR -> {
        decided = true;
        command.outcome().error(ServerMessages.error(answer, errors));
      }
      case EMPTY_QUERY -> decided = true;
      case COMPLETE -> {
        decided = true;
        if (!command.tag().isEmpty() && !command.tag().equals(ServerMessages.tag(answer))) {
          command.outcome().error(errors.apply(ROLLED_BACK, "the server has rolled back"));
        }
      }
      case READY -> over(at, command);
      default -> {
        if (EXTENDED_ANSWERS.indexOf(type) >= 0) {
          loseStep(at, "the answer to another message has come");
        } // rows are dropped, and notices
      }
    }
  }

  private void over(ChannelHandlerContext at, Command command) {
    boolean answered = decided;
    decided = false; // before the caller, which may throw, goes on
    if (answered) {
      command.outcome().success();
    } else {
      awaited.addFirst(command);
      loseStep(at, "the server has skipped the command");
    }
  }

  /** Fails all commands and ends the connection; what it still brings is for no one. */
  private void loseStep(ChannelHandlerContext at, String reason) {
    outOfStep = true;
    ended = errors.apply(OUT_OF_STEP, reason);
    at.close();
    failAll();
  }

  private void failAll() {
    awaited.addAll(held);
    held.clear();
    for (Object head = awaited.poll(); head != null; head = awaited.poll()) {
      if (head instanceof Command command) {
        command.outcome().error(lost());
      }
    }
  }

  /** Tells those that await an answer before the driver hears of it. */
  @Override
  public void channelInactive(ChannelHandlerContext at) throws Exception {
    failAll();
    super.channelInactive(at);
  }
}
