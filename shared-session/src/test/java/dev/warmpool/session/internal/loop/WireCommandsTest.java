package dev.warmpool.session.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Hooks;

/** The driver is played by what is written to the channel and read from it. */
class WireCommandsTest {

  private static final String IDLE = "I";

  private final WireCommands commands =
      new WireCommands((state, message) -> new IllegalStateException(state + " " + message));
  private final AtomicInteger reads = new AtomicInteger();
  private final EmbeddedChannel channel =
      new EmbeddedChannel(
          new ChannelDuplexHandler() {
            @Override
            public void read(ChannelHandlerContext context) throws Exception {
              reads.incrementAndGet();
              super.read(context);
            }
          },
          commands);
  private final List<String> outcomes = new ArrayList<>();

  @AfterEach
  void releasesEachMessageOnce() {
    channel.finishAndReleaseAll();
  }

  private void run(String sql) {
    commands
        .run(sql)
        .subscribe(
            nothing -> {},
            error -> outcomes.add(sql + ": " + error.getMessage()),
            () -> outcomes.add(sql + ": done"));
  }

  private static ByteBuf message(char type, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return Unpooled.buffer().writeByte(type).writeInt(4 + bytes.length).writeBytes(bytes);
  }

  private ByteBuf answer(char type, String body) {
    ByteBuf answer = message(type, body);
    channel.writeInbound(answer);
    return answer;
  }

  private String forDriver() {
    StringBuilder types = new StringBuilder();
    for (ByteBuf read = channel.readInbound(); read != null; read = channel.readInbound()) {
      types.append((char) read.readByte());
      read.release();
    }
    return types.toString();
  }

  private void writeUnsynced() {
    channel.writeOutbound(
        Unpooled.wrappedBuffer(
            message('P', "…"),
            message('B', "…"),
            message('D', "…"),
            message('E', "…"),
            message('H', "")));
  }

  /** The types of the messages that were written since. */
  private String sent() {
    StringBuilder types = new StringBuilder();
    for (ByteBuf sent = channel.readOutbound(); sent != null; sent = channel.readOutbound()) {
      while (sent.isReadable()) {
        types.append((char) sent.readByte());
        sent.skipBytes(sent.readInt() - Integer.BYTES);
      }
      sent.release();
    }
    return types.toString();
  }

  private static String error(String state, String message) {
    return "SERROR\0C" + state + "\0M" + message + "\0\0";
  }

  @Test
  void sendsAQuery() {
    run("SELECT 'ü'");

    ByteBuf sent = channel.readOutbound();
    assertThat(sent).isEqualTo(message('Q', "SELECT 'ü'\0"));
    sent.release();
  }

  @Test
  void completesWhenTheServerIsReadyAndKeepsTheAnswerFromTheDriver() {
    run("a");
    List<ByteBuf> answers = List.of(answer('T', ""), answer('D', ""), answer('C', "SELECT 1\0"));
    assertThat(outcomes).isEmpty();

    answer('Z', IDLE);

    assertThat(outcomes).containsExactly("a: done");
    assertThat(forDriver()).isEmpty();
    assertThat(answers).allMatch(released -> released.refCnt() == 0);
  }

  @Test
  void failsWithTheServersErrorAndGivesWhatFollowsToTheDriver() {
    run("a");
    channel.writeOutbound(message('Q', "of the driver\0"));

    answer('E', error("3F000", "schema \"x\" does not exist"));
    answer('Z', IDLE);
    answer('E', error("42P01", "of the driver"));
    answer('Z', IDLE);

    assertThat(outcomes).containsExactly("a: 3F000 schema \"x\" does not exist");
    assertThat(forDriver()).isEqualTo("EZ");
  }

  /** A statement that has failed is not over for the server before it is ready. */
  @Test
  void awaitsTheDriversAnswersInFront() {
    channel.writeOutbound(
        Unpooled.wrappedBuffer(message('P', "…"), message('B', "…"), message('S', "")));
    answer('E', error("22012", "division by zero"));
    run("a");

    answer('Z', IDLE);
    assertThat(outcomes).isEmpty();
    answer('C', "DISCARD ALL\0");
    answer('Z', IDLE);

    assertThat(outcomes).containsExactly("a: done");
    assertThat(forDriver()).isEqualTo("EZ");
  }

  @Test
  void failsACommitThatTheServerRollsBack() {
    commands.commit().subscribe(nothing -> {}, error -> outcomes.add(error.getMessage()));
    answer('C', "ROLLBACK\0");
    answer('Z', IDLE);
    commands.commit().subscribe(nothing -> {}, error -> {}, () -> outcomes.add("committed"));
    answer('C', "COMMIT\0");
    answer('Z', IDLE);

    assertThat(outcomes).containsExactly("99999 the server has rolled back", "committed");
  }

  /** What the driver has sent before fails, and the driver sends its Sync only then. */
  @Test
  void failsACommandThatTheServerSkipsUntilASync() {
    run("ROLLBACK");
    channel.writeOutbound(message('S', ""));
    answer('Z', "E");

    assertThat(outcomes).containsExactly("ROLLBACK: 08P01 the server has skipped the command");
  }

  @Test
  void believesNothingOnceAnAnswerCannotBeTheCommands() {
    run("ROLLBACK");
    run("DISCARD ALL");
    channel.writeInbound(message('Z', "E"), message('C', "SELECT 1\0"), message('Z', IDLE));

    assertThat(outcomes)
        .containsExactly(
            "ROLLBACK: 08P01 the server has skipped the command",
            "DISCARD ALL: 08P01 the server has skipped the command");
    assertThat(channel.isOpen()).isFalse();
    assertThat(forDriver()).isEmpty();
  }

  @Test
  void endsTheConnectionIfAnAnswerOfTheExtendedProtocolComes() {
    run("COMMIT");
    channel.writeInbound(message('1', ""), message('C', "COMMIT\0"), message('Z', IDLE));

    assertThat(outcomes).containsExactly("COMMIT: 08P01 the answer to another message has come");
    assertThat(channel.isOpen()).isFalse();
  }

  /** The driver fetches rows by size, and sends its Sync when it has seen the error. */
  @Test
  void sendsNothingBetweenExtendedMessagesAndTheirSync() {
    writeUnsynced();
    run("ROLLBACK");
    answer('E', error("22012", "division by zero"));
    assertThat(sent()).isEqualTo("PBDEH");

    channel.writeOutbound(message('S', ""));
    assertThat(sent()).isEqualTo("SQ");
    answer('Z', "E");
    answer('C', "ROLLBACK\0");
    answer('Z', IDLE);

    assertThat(outcomes).containsExactly("ROLLBACK: done");
    assertThat(forDriver()).isEqualTo("EZ");
  }

  @Test
  void takesAnErrorInFrontOfASyncForTheDrivers() {
    writeUnsynced();
    answer('E', error("22012", "division by zero"));
    channel.writeOutbound(message('S', ""));
    answer('Z', "E");
    run("ROLLBACK");
    answer('C', "ROLLBACK\0");
    answer('Z', IDLE);

    assertThat(outcomes).containsExactly("ROLLBACK: done");
  }

  @Test
  void failsWhatAwaitsASyncIfTheConnectionIsLost() {
    writeUnsynced();
    run("a");
    channel.close();

    assertThat(outcomes).containsExactly("a: 08006 the connection was lost");
  }

  @Test
  void takesTheAnswerToAnEmptyText() {
    run("");
    answer('I', "");
    answer('Z', IDLE);

    assertThat(outcomes).containsExactly(": done");
  }

  @Test
  void knowsTheStatusFromTheAnswersToTheDriverToo() {
    run("BEGIN");
    answer('C', "BEGIN\0");
    answer('Z', "T");
    assertThat(commands.inTransaction()).isTrue();
    channel.writeOutbound(message('Q', "COMMIT\0"));
    answer('Z', IDLE);

    assertThat(commands.inTransaction()).isFalse();
  }

  @Test
  void tellsNothingToOneWhoHasLeft() {
    commands.run("a").subscribe(nothing -> {}, error -> outcomes.add("told")).dispose();
    run("b");
    answer('E', error("22012", "division by zero"));
    answer('Z', IDLE);
    answer('C', "RESET\0");
    answer('Z', IDLE);

    assertThat(outcomes).containsExactly("b: done");
  }

  /** Reactor would log a second error as dropped. */
  @Test
  void failsOnceIfTheServerEndsTheConnection() {
    Hooks.onErrorDropped(error -> outcomes.add("dropped"));
    try {
      run("a");
      answer('E', error("57P01", "terminating connection"));
      channel.close();
    } finally {
      Hooks.resetOnErrorDropped();
    }

    assertThat(outcomes).containsExactly("a: 57P01 terminating connection");
  }

  @Test
  void readsAlthoughTheDriverHasStopped() {
    channel.config().setAutoRead(false);
    int before = reads.get();
    run("a");
    answer('C', "SELECT 1\0");

    assertThat(reads.get() - before).isEqualTo(2);
    answer('Z', IDLE);
    assertThat(reads.get() - before).as("nothing is awaited").isEqualTo(2);
  }

  @Test
  void leavesNotificationsAndTheTimeZoneToTheDriver() {
    run("a");
    answer('A', "…");
    answer('S', "TimeZone\0UTC\0");
    answer('S', "search_path\0\0");
    answer('N', "…");

    assertThat(forDriver()).isEqualTo("AS");
  }

  @Test
  void failsIfTheConnectionIsLost() {
    run("a");
    run("b");
    channel.close();
    run("c");

    assertThat(outcomes)
        .containsExactly(
            "a: 08006 the connection was lost",
            "b: 08006 the connection was lost",
            "c: 08006 the connection was lost");
  }

  @Test
  void failsWithTheReasonThatTheServerGaveWhileNothingWasAwaited() {
    answer('E', error("57P01", "terminating connection"));
    run("a");

    assertThat(outcomes).containsExactly("a: 57P01 terminating connection");
  }
}
