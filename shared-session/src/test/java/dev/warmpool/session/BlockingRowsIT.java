package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.BOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmpool.session.blocking.BlockingSession;
import dev.warmpool.session.blocking.BlockingSessions;
import dev.warmpool.session.testkit.PostgresServer;
import io.r2dbc.spi.R2dbcException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;

/** Many rows of code that waits: streams, batches and COPY. */
class BlockingRowsIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());
  private static final SessionOptions STANDARD = SessionOptions.standard().named("orders");

  private SessionManager manager;
  private BlockingSessions sessions;

  @BeforeEach
  void start() {
    DATABASE.admin("DROP TABLE IF EXISTS blocking_it; CREATE TABLE blocking_it (id int)");
    manager = DATABASE.manager("public", Map.of("POOL_SIZE", "2", "POOL_TIMEOUT", "20"));
    sessions = manager.blocking();
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(Thread.interrupted()).isFalse();
    assertThat(Schedulers.isInNonBlockingThread()).isFalse();
    assertThat(TestDatabase.await(manager.quiesce(BOUND))).isTrue();
    assertThat(manager.stats().acquired()).isZero();
    assertThat(manager.stats().sessions()).isZero();
    TestDatabase.end(manager);
  }

  private static long count() {
    return DATABASE.number("SELECT count(*) FROM blocking_it");
  }

  private static Integer one(BlockingSession session) {
    return session.query("SELECT 1", row -> row.get(0, Integer.class)).one();
  }

  private static Stream<Integer> numbers(BlockingSession session, int last) {
    return session
        .query("SELECT generate_series(1, $1)", row -> row.get(0, Integer.class), last)
        .stream();
  }

  private long batch(Iterable<Object[]> rows) {
    return sessions.inSession(
        STANDARD, session -> session.batch("INSERT INTO blocking_it VALUES ($1)", rows));
  }

  @Test
  void readsAStreamOfAnySizeInLittleMemory() {
    long mapped =
        sessions.inSession(
            STANDARD.readOnly(),
            session -> {
              AtomicInteger seen = new AtomicInteger();
              try (Stream<Integer> rows =
                  session
                      .query(
                          "SELECT generate_series(1, 1000000)",
                          row -> {
                            seen.incrementAndGet();
                            return 1;
                          })
                      .stream()) {
                Iterator<Integer> iterator = rows.iterator();
                for (int i = 0; i < 100; i++) {
                  iterator.next();
                }
                return seen.get();
              }
            });

    assertThat(mapped).isBetween(100L, 164L);
  }

  @Test
  void refusesOtherStatementsWhileAStreamIsOpen() {
    sessions.useSession(
        STANDARD,
        session -> {
          try (Stream<Integer> rows = numbers(session, 10_000)) {
            assertThat(rows.iterator().next()).isEqualTo(1);
            assertThatThrownBy(() -> session.execute("DELETE FROM blocking_it"))
                .isInstanceOf(ConcurrentUseException.class)
                .hasMessage(
                    "session 'orders' cannot run \"DELETE FROM blocking_it\" while it reads a"
                        + " stream of \"SELECT generate_series(…, $1)\": read the stream to its"
                        + " end, close it, or take list() instead");
          }
          assertThat(one(session)).isEqualTo(1);
        });
  }

  /** An iterator without a next row would say that these were all. */
  @Test
  void refusesToReadOnAfterAStreamWasClosed() {
    sessions.useSession(
        STANDARD,
        session -> {
          Stream<Integer> closed = numbers(session, 1_000);
          Iterator<Integer> rows = closed.iterator();
          rows.next();
          closed.close();
          Iterator<Integer> left =
              session.savepoint(
                  part -> {
                    Iterator<Integer> begun = numbers(part, 1_000).iterator();
                    begun.next();
                    return begun;
                  });

          for (Iterator<Integer> iterator : List.of(rows, left)) {
            assertThatThrownBy(() -> iterator.forEachRemaining(row -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                    "session 'orders' has closed the stream of \"SELECT generate_series(…, $1)\":"
                        + " read it before it is closed, and inside the savepoint in which it was"
                        + " begun");
          }
          assertThat(one(session)).isEqualTo(1);
        });
  }

  @Test
  void closesAStreamWithItsSession() {
    Iterator<Integer> left =
        sessions.inSession(
            STANDARD,
            session -> {
              Iterator<Integer> rows = numbers(session, 10_000).iterator();
              rows.next();
              return rows;
            });

    assertThatThrownBy(
            () -> {
              while (left.hasNext()) {
                left.next();
              }
            })
        .isInstanceOf(SessionClosedException.class)
        .hasMessageEndingWith("its streams are read inside the unit of work");
  }

  @Test
  void throwsTheErrorThatEndsAStream() {
    assertThatThrownBy(
            () ->
                sessions.useSession(
                    STANDARD,
                    session ->
                        session
                            .query("SELECT 1 / (5 - n) FROM generate_series(1, 9) n", row -> 1)
                            .stream()
                            .forEach(row -> {})))
        .isInstanceOf(R2dbcException.class)
        .hasMessage("division by zero");
  }

  @Test
  void sendsManyRowsFromAnIterable() {
    List<Object[]> rows = IntStream.range(0, 5_000).mapToObj(i -> new Object[] {i}).toList();

    assertThat(batch(rows)).isEqualTo(5_000);
    assertThat(count()).isEqualTo(5_000);
  }

  /** The first statement of 1,024 rows fails. */
  @Test
  void takesNoMoreThanAThousandRowsAhead() {
    AtomicInteger taken = new AtomicInteger();
    Iterable<Object[]> rows =
        () ->
            Stream.generate(() -> new Object[] {"row " + taken.incrementAndGet()})
                .limit(100_000)
                .iterator();

    assertThatThrownBy(() -> batch(rows)).isInstanceOf(BatchFailedException.class);

    assertThat(taken.get()).isBetween(1, 3_000);
  }

  @Test
  void copiesFromAStreamOfBytes() throws IOException {
    byte[] lines =
        IntStream.range(0, 100_000)
            .mapToObj(i -> i + "\n")
            .collect(Collectors.joining())
            .getBytes();

    long copied =
        sessions.inSession(
            STANDARD,
            session ->
                session.copyIn("COPY blocking_it FROM STDIN", new ByteArrayInputStream(lines)));

    assertThat(copied).isEqualTo(100_000);
    assertThat(count()).isEqualTo(100_000);
  }

  @Test
  void copiesNothingIfTheDataFails() {
    IOException lost = new IOException("lost");
    InputStream data =
        new SequenceInputStream(
            new ByteArrayInputStream("1\n2\n".repeat(100_000).getBytes()),
            new InputStream() {
              @Override
              public int read() throws IOException {
                throw lost;
              }
            });

    assertThatThrownBy(
            () ->
                sessions.useSession(
                    STANDARD, session -> session.copyIn("COPY blocking_it FROM STDIN", data)))
        .isSameAs(lost);

    assertThat(count()).isZero();
  }

  @Test
  void failsABatchWithTheErrorOfItsRows() {
    IllegalStateException lost = new IllegalStateException("lost");
    Iterable<Object[]> rows =
        () ->
            IntStream.range(0, 5_000)
                .mapToObj(
                    i -> {
                      if (i == 4_000) {
                        throw lost;
                      }
                      return new Object[] {i};
                    })
                .iterator();

    assertThatThrownBy(() -> batch(rows)).isSameAs(lost);

    assertThat(count()).isZero();
  }
}
