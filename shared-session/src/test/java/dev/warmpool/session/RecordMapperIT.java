package dev.warmpool.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmpool.session.testkit.PostgresServer;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Rows as records. */
class RecordMapperIT {

  private static final SessionManager MANAGER =
      new TestDatabase(PostgresServer.shared()).manager("public", Map.of());

  private record Order(
      long id,
      int pieces,
      boolean paid,
      String item,
      BigDecimal price,
      Instant createdAt,
      UUID key) {}

  private record Small(short n, double share, String text) {}

  private record Checked(int n) {
    Checked {
      if (n < 0) {
        throw new IllegalArgumentException("n is " + n);
      }
    }
  }

  @AfterAll
  static void stop() {
    TestDatabase.end(MANAGER);
  }

  private static <T extends Record> T read(Class<T> type, String sql) {
    return MANAGER
        .blocking()
        .inSession(
            SessionOptions.standard().readOnly(),
            session -> session.query(sql, RecordMapper.of(type)).one());
  }

  @Test
  void takesColumnsByTheNamesOfComponents() {
    Order order =
        read(
            Order.class,
            "SELECT 1 AS extra, 'a' AS item, 2::bigint AS id, 3 AS pieces, true AS paid,"
                + " 4.50 AS price, timestamptz '2026-01-02T03:04:05Z' AS created_at,"
                + " '00000000-0000-0000-0000-000000000001'::uuid AS \"Key\"");

    assertThat(order)
        .isEqualTo(
            new Order(
                2,
                3,
                true,
                "a",
                new BigDecimal("4.50"),
                Instant.parse("2026-01-02T03:04:05Z"),
                new UUID(0, 1)));
  }

  @Test
  void passesNullOnExceptToAPrimitiveComponent() {
    assertThat(read(Small.class, "SELECT 1::int2 AS n, 0.5::float8 AS share, NULL::text AS text"))
        .isEqualTo(new Small((short) 1, 0.5, null));
    assertThatThrownBy(
            () -> read(Small.class, "SELECT NULL::int2 AS n, 0.5::float8 AS share, 'a' AS text"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "component n (Short) of record Small is primitive and its column is null: use a"
                + " wrapper class");
  }

  @Test
  void namesAComponentWithoutAColumn() {
    assertThatThrownBy(() -> read(Small.class, "SELECT 1::int2 AS n, 0.5::float8 AS part"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "component share (Double) of record Small has no column of its name among n, part");
  }

  @Test
  void namesAComponentWithSeveralColumns() {
    assertThatThrownBy(() -> read(Checked.class, "SELECT 1 AS n, 2 AS n"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "component n (Integer) of record Checked has several columns of its name: give each"
                + " an alias");
  }

  @Test
  void namesAComponentThatCannotTakeTheColumnsType() {
    assertThatThrownBy(() -> read(Checked.class, "SELECT '{1}'::int[] AS n"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith(
            "component n (Integer) of record Checked cannot be read from a column of type ");
  }

  private record Whole(Long n) {}

  private record Tiny(byte n) {}

  private record Big(BigInteger n) {}

  @Test
  void takesNumbersOfWiderColumnsIfTheyFit() {
    assertThat(read(Checked.class, "SELECT 5::bigint AS n").n()).isEqualTo(5);
    assertThat(read(Checked.class, "SELECT 5.00::numeric AS n").n()).isEqualTo(5);
    assertThat(read(Tiny.class, "SELECT 5::smallint AS n").n()).isEqualTo((byte) 5);
    assertThat(read(Whole.class, "SELECT 5::smallint AS n").n()).isEqualTo(5);
    assertThat(read(Whole.class, "SELECT NULL::numeric AS n").n()).isNull();
    assertThat(read(Big.class, "SELECT 5e30 AS n").n())
        .isEqualTo(BigInteger.TEN.pow(30).multiply(BigInteger.valueOf(5)));
  }

  /** The driver's 5000000000 as an int is 705032704, and its 1.5 is 1. */
  @Test
  void cutsNoNumbers() {
    for (String number :
        List.of("5000000000::bigint", "1.5::numeric", "1.5::float8", "'NaN'::float8", "1e30")) {
      assertThatThrownBy(() -> read(Checked.class, "SELECT " + number + " AS n"))
          .as(number)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "component n (Integer) of record Checked cannot hold a number of its column: use a"
                  + " wider class");
    }
    assertThatThrownBy(() -> read(Tiny.class, "SELECT 300::int AS n"))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> read(Big.class, "SELECT 1.5 AS n"))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void passesOnWhatTheRecordRejects() {
    assertThatThrownBy(() -> read(Checked.class, "SELECT -1 AS n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("n is -1");
  }
}
