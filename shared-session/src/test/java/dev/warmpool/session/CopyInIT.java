package dev.warmpool.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmpool.session.testkit.PostgresServer;
import io.r2dbc.spi.R2dbcException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** Copies rows from the client. */
class CopyInIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());
  private static final String COPY = "COPY item (id, name) FROM STDIN";

  private SessionManager manager;

  @BeforeEach
  void start() {
    DATABASE.admin(
        "DROP SCHEMA IF EXISTS copy_it CASCADE; CREATE SCHEMA copy_it;"
            + "CREATE TABLE copy_it.item (id int PRIMARY KEY, name text)");
    manager = DATABASE.manager("copy_it", Map.of("POOL_SIZE", "1", "MAX_OVERFLOW", "0"));
  }

  @AfterEach
  void end() {
    TestDatabase.end(manager);
  }

  static ByteBuffer line(String text) {
    return ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static Flux<ByteBuffer> lines(int count) {
    return Flux.range(1, count).map(i -> line(i + "\tname " + i));
  }

  private Long copy(String sql, Flux<ByteBuffer> data) {
    return manager
        .inSession(SessionOptions.standard(), s -> s.copyIn(sql, data))
        .as(TestDatabase::await);
  }

  private static long count() {
    return DATABASE.number("SELECT count(*) FROM copy_it.item");
  }

  @Test
  void copiesRowsAndCountsThem() {
    assertThat(copy(COPY, lines(20_000))).isEqualTo(20_000);
    assertThat(count()).isEqualTo(20_000);
  }

  @Test
  void copiesNoData() {
    assertThat(copy(COPY, Flux.empty())).isZero();
  }

  @Test
  void tellsTheLineThatTheDatabaseRefused() {
    Flux<ByteBuffer> data =
        lines(20_000)
            .concatWithValues(line("x\ty"))
            .concatWith(lines(20_000))
            .concatWith(Flux.never());
    assertThatThrownBy(() -> copy(COPY, data))
        .isInstanceOfSatisfying(
            BatchFailedException.class,
            error -> {
              assertThat(error.getSqlState()).isEqualTo("22P02");
              assertThat(error.firstRow()).isEqualTo(20_001).isEqualTo(error.lastRow());
              assertThat(error.getCause()).isInstanceOf(R2dbcException.class);
            });
    assertThat(count()).isZero();
    assertThat(copy(COPY, lines(3))).isEqualTo(3);
  }

  @Test
  void passesTheErrorOfThePublisherOn() {
    assertThatThrownBy(
            () -> copy(COPY, lines(9_000).concatWith(Flux.error(new IllegalStateException("no")))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no");
    assertThat(copy(COPY, lines(3))).isEqualTo(3);
  }

  @Test
  void refusesACopyAsAStatement() {
    assertThatThrownBy(
            () ->
                manager
                    .inSession(
                        SessionOptions.standard(), s -> s.execute(" /* c */ copy item from STDIN"))
                    .as(TestDatabase::await))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("use session.copyIn");
    assertThat(manager.stats().acquired()).isZero();
  }
}
