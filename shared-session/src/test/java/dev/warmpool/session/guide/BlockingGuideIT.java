package dev.warmpool.session.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.CommitOutcomeUnknownException;
import dev.warmpool.session.Deadline;
import dev.warmpool.session.DeadlineExceededException;
import dev.warmpool.session.Schema;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.SessionUnavailableException;
import dev.warmpool.session.blocking.BlockingSessions;
import io.r2dbc.spi.R2dbcException;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The snippets of docs/sessions.md in the blocking style. */
class BlockingGuideIT {

  private SessionOptions options = SessionOptions.standard();
  private Shop shop;
  private BlockingSessions sessions;

  private enum Kind {
    CREATED
  }

  @BeforeEach
  void open() throws IOException {
    shop = new Shop();
    sessions = shop.manager().blocking();
  }

  @AfterEach
  void close() {
    shop.close();
  }

  @Test
  void reads() {
    long id = 1;

    Order order =
        sessions.inSession(
            options.readOnly(),
            session -> session.query("SELECT * FROM orders WHERE id = $1", Order.ROW, id).one());

    assertThat(order.item()).isEqualTo("tea");
    sessions.useSession(
        options,
        session -> {
          Optional<Instant> latest =
              session
                  .query(
                      "SELECT max(placed_at) FROM orders HAVING count(*) > 0",
                      row -> row.get(0, Instant.class))
                  .optional();
          List<Order> open =
              session
                  .query("SELECT * FROM orders WHERE state = $1 ORDER BY id", Order.ROW, "open")
                  .list();
          assertThat(latest).isPresent();
          assertThat(open).hasSize(2).first().isEqualTo(order);
        });
  }

  @Test
  void runsOneStatement() {
    long id = 1;

    long closed =
        sessions.execute(
            options.idempotent(), "UPDATE orders SET state = 'closed' WHERE id = $1", id);

    List<Order> open =
        sessions.query(
            options.readOnly(), "SELECT * FROM orders WHERE state = $1", Order.ROW, "open");
    assertThat(closed).isOne();
    assertThat(open).hasSize(1).first().extracting(Order::item).isEqualTo("cup");
  }

  @Test
  void writes() {
    String customer = "Grace";

    long shipped =
        sessions.inSession(
            options,
            session ->
                session.execute(
                    "UPDATE orders SET state = 'shipped' WHERE customer = $1 AND state = $2",
                    customer,
                    "open"));

    assertThat(shipped).isEqualTo(2);
  }

  @Test
  void returnsGeneratedKeys() {
    long id =
        sessions.inSession(
            options,
            session ->
                session
                    .query(
                        "INSERT INTO orders (customer, item) VALUES ($1, $2) RETURNING id",
                        row -> row.get("id", Long.class),
                        "Grace",
                        "tea")
                    .one());

    assertThat(id).isEqualTo(3);
  }

  @Test
  void runsSeveralStatements() {
    String customer = "Ada";
    String item = "tea";

    Order placed =
        sessions.inSession(
            options,
            session -> {
              session.execute("UPDATE stock SET quantity = quantity - 1 WHERE item = $1", item);
              return session
                  .query(
                      "INSERT INTO orders (customer, item) VALUES ($1, $2) RETURNING *",
                      Order.ROW,
                      customer,
                      item)
                  .one();
            });

    assertThat(placed.customer()).isEqualTo("Ada");
    assertThat(Shop.column("SELECT quantity FROM shop.stock")).containsExactly("0");
  }

  @Test
  void undoesAPart() {
    Shop.SERVER.execute("UPDATE shop.stock SET quantity = 0");
    String customer = "Ada";
    String item = "tea";

    sessions.useSession(
        options,
        session -> {
          session.execute("INSERT INTO orders (customer, item) VALUES ($1, $2)", customer, item);
          try {
            session.savepoint(
                part ->
                    part.execute("UPDATE stock SET quantity = quantity - 1 WHERE item = $1", item));
          } catch (R2dbcException e) {
            session.execute("UPDATE orders SET state = 'waiting' WHERE customer = $1", customer);
          }
        });

    assertThat(Shop.column("SELECT state FROM shop.orders WHERE customer = 'Ada'"))
        .containsExactly("waiting");
  }

  @Test
  void streams() throws IOException {
    StringWriter report = new StringWriter();

    sessions.useSession(
        options.readOnly(),
        session -> {
          try (Stream<Order> orders = session.query("SELECT * FROM orders", Order.ROW).stream()) {
            for (Order order : (Iterable<Order>) orders::iterator) {
              report.write(order.id() + "," + order.item() + "\n");
            }
          }
        });

    assertThat(report.toString()).isEqualTo("1,tea\n2,cup\n");
  }

  @Test
  void insertsManyRows() {
    List<Order> orders = List.of(order("Ada"), order("Alan"));

    List<Object[]> rows =
        orders.stream().map(order -> new Object[] {order.customer(), order.item()}).toList();
    long inserted =
        sessions.inSession(
            options,
            session -> session.batch("INSERT INTO orders (customer, item) VALUES ($1, $2)", rows));

    assertThat(inserted).isEqualTo(2);
  }

  private static Order order(String customer) {
    return new Order(0, customer, "tea", 1, Instant.EPOCH);
  }

  private long copied(Path file) throws IOException {
    try (InputStream csv = Files.newInputStream(file)) {
      long copied =
          sessions.inSession(
              options,
              session ->
                  session.copyIn("COPY orders (customer, item) FROM STDIN WITH (FORMAT csv)", csv));
      return copied;
    }
  }

  @Test
  void copies(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("orders.csv"), "Grace,tea\nAda,cup\n");

    assertThat(copied(file)).isEqualTo(2);
  }

  @Test
  void bindsTypes() {
    Shop.SERVER.execute(
        "SET search_path TO shop; CREATE TYPE kind AS ENUM ('CREATED'); CREATE TABLE event (id"
            + " uuid, kind kind, at timestamptz, lasts interval, payload jsonb, tags text[])");

    sessions.useSession(
        options,
        session -> {
          session.execute(
              "INSERT INTO event (id, kind, at, lasts, payload, tags)"
                  + " VALUES ($1, $2::kind, $3, $4::interval, $5::jsonb, $6)",
              UUID.randomUUID(),
              Kind.CREATED.name(),
              Instant.now(),
              Duration.ofHours(3).toString(),
              "{\"source\": \"web\"}",
              new String[] {"new", "gift"});
        });

    assertThat(Shop.column("SELECT kind || ' ' || lasts || ' ' || tags[2] FROM shop.event"))
        .containsExactly("CREATED 03:00:00 gift");
  }

  @Test
  void findsByAList() {
    List<Long> ids = List.of(2L, 7L);

    sessions.useSession(
        options,
        session -> {
          List<Order> found =
              session
                  .query(
                      "SELECT * FROM orders WHERE id = ANY($1)",
                      Order.ROW,
                      (Object) ids.toArray(Long[]::new))
                  .list();
          assertThat(found).extracting(Order::item).containsExactly("cup");
        });
  }

  private int added(String item) {
    try {
      sessions.useSession(
          options, session -> session.execute("INSERT INTO stock VALUES ($1, 1)", item));
      return 201;
    } catch (R2dbcException e) { // the database refused a statement
      return "23505".equals(e.getSqlState()) ? 409 : 500;
    } catch (SessionUnavailableException e) { // nothing was done
      return 503;
    } catch (DeadlineExceededException e) { // rolled back
      return 504;
    } catch (CommitOutcomeUnknownException e) { // done or not: look before you try again
      return 500;
    }
  }

  @Test
  void handlesErrors() {
    assertThat(added("cup")).isEqualTo(201);
    assertThat(added("tea")).isEqualTo(409);
    options = options.by(Deadline.after(Duration.ZERO));
    assertThat(added("pot")).isIn(503, 504);
  }

  @Test
  void readsATenantsSchema() {
    Shop.SERVER.execute(
        "DROP SCHEMA IF EXISTS tenant_a CASCADE; CREATE SCHEMA tenant_a;"
            + "CREATE TABLE tenant_a.orders AS SELECT 'of a' AS item");

    List<String> items =
        sessions.inSession(
            options.in(new Schema("tenant_a")).readOnly(),
            session ->
                session.query("SELECT item FROM orders", row -> row.get(0, String.class)).list());

    assertThat(items).containsExactly("of a");
  }
}
