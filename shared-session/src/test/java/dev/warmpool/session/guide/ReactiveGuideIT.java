package dev.warmpool.session.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.CommitOutcomeUnknownException;
import dev.warmpool.session.Deadline;
import dev.warmpool.session.DeadlineExceededException;
import dev.warmpool.session.Session;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.SessionUnavailableException;
import io.r2dbc.spi.R2dbcException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The snippets of docs/sessions.md in the reactive style. */
class ReactiveGuideIT {

  private SessionOptions options = SessionOptions.standard();
  private Shop shop;
  private SessionManager manager;

  @BeforeEach
  void open() throws IOException {
    shop = new Shop();
    manager = shop.manager();
  }

  @AfterEach
  void close() {
    shop.close();
  }

  @Test
  void reads() {
    long id = 1;

    Mono<Order> order =
        manager.inSession(
            options.readOnly(),
            session -> session.query("SELECT * FROM orders WHERE id = $1", Order.ROW, id).single());

    assertThat(shop.await(order).item()).isEqualTo("tea");
  }

  @Test
  void writes() {
    String customer = "Grace";

    Mono<Long> shipped =
        manager.inSession(
            options,
            session ->
                session.execute(
                    "UPDATE orders SET state = 'shipped' WHERE customer = $1 AND state = $2",
                    customer,
                    "open"));

    assertThat(shop.await(shipped)).isEqualTo(2);
  }

  @Test
  void runsSeveralStatements() {
    String customer = "Ada";
    String item = "tea";

    Mono<Order> placed =
        manager.inSession(
            options,
            session ->
                session
                    .execute("UPDATE stock SET quantity = quantity - 1 WHERE item = $1", item)
                    .then(
                        session
                            .query(
                                "INSERT INTO orders (customer, item) VALUES ($1, $2) RETURNING *",
                                Order.ROW,
                                customer,
                                item)
                            .single()));

    assertThat(shop.await(placed).customer()).isEqualTo("Ada");
    assertThat(Shop.column("SELECT quantity FROM shop.stock")).containsExactly("0");
  }

  @Test
  void undoesAPart() {
    Shop.SERVER.execute("UPDATE shop.stock SET quantity = 0");
    String customer = "Ada";
    String item = "tea";

    Mono<Long> waiting =
        manager.inSession(
            options,
            session ->
                session
                    .execute("INSERT INTO orders (customer, item) VALUES ($1, $2)", customer, item)
                    .then(
                        session
                            .savepoint(
                                part ->
                                    part.execute(
                                        "UPDATE stock SET quantity = quantity - 1 WHERE item = $1",
                                        item))
                            .onErrorResume(
                                R2dbcException.class,
                                e ->
                                    session.execute(
                                        "UPDATE orders SET state = 'waiting' WHERE customer = $1",
                                        customer))));

    assertThat(shop.await(waiting)).isEqualTo(1);
  }

  @Test
  void streams() {
    Flux<String> lines =
        manager.stream(
                options.readOnly(), session -> session.query("SELECT * FROM orders", Order.ROW))
            .map(order -> order.id() + "," + order.item() + "\n");

    assertThat(shop.await(lines.collectList())).containsExactly("1,tea\n", "2,cup\n");
  }

  @Test
  void insertsManyRows() {
    List<Order> orders = List.of(new Order(0, "Ada", "tea", 1, Instant.EPOCH));

    Flux<Object[]> rows =
        Flux.fromIterable(orders).map(order -> new Object[] {order.customer(), order.item()});
    Mono<Long> inserted =
        manager.inSession(
            options,
            session -> session.batch("INSERT INTO orders (customer, item) VALUES ($1, $2)", rows));

    assertThat(shop.await(inserted)).isEqualTo(1);
  }

  @Test
  void copies() {
    Flux<ByteBuffer> csv =
        Flux.just("Grace,tea\n", "Ada,cup\n")
            .map(line -> ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
    Mono<Long> copied =
        manager.inSession(
            options,
            session ->
                session.copyIn("COPY orders (customer, item) FROM STDIN WITH (FORMAT csv)", csv));

    assertThat(shop.await(copied)).isEqualTo(2);
  }

  private static Flux<Order> byIds(Session session, List<Long> ids) {
    Flux<Order> found =
        session.query(
            "SELECT * FROM orders WHERE id = ANY($1)",
            Order.ROW,
            (Object) ids.toArray(Long[]::new));
    return found;
  }

  @Test
  void findsByAList() {
    List<Order> found =
        shop.await(manager.inSession(options, s -> byIds(s, List.of(2L, 7L)).collectList()));

    assertThat(found).extracting(Order::item).containsExactly("cup");
  }

  private Mono<Integer> added(String item) {
    return manager
        .inSession(options, session -> session.execute("INSERT INTO stock VALUES ($1, 1)", item))
        .thenReturn(201)
        .onErrorResume(
            R2dbcException.class, e -> Mono.just("23505".equals(e.getSqlState()) ? 409 : 500))
        .onErrorReturn(SessionUnavailableException.class, 503)
        .onErrorReturn(DeadlineExceededException.class, 504)
        .onErrorReturn(CommitOutcomeUnknownException.class, 500);
  }

  @Test
  void handlesErrors() {
    assertThat(shop.await(added("cup"))).isEqualTo(201);
    assertThat(shop.await(added("tea"))).isEqualTo(409);
    options = options.by(Deadline.after(Duration.ZERO));
    assertThat(shop.await(added("pot"))).isIn(503, 504);
  }

  private static Order askTheCarrier(Order order) {
    return Mono.delay(Duration.ofMillis(1)).thenReturn(order).block();
  }

  @Test
  void waitsOutsideTheSession() {
    long id = 2;

    Mono<Order> priced =
        manager
            .inSession(
                options.readOnly(),
                session ->
                    session.query("SELECT * FROM orders WHERE id = $1", Order.ROW, id).single())
            .publishOn(Schedulers.boundedElastic())
            .map(order -> askTheCarrier(order));

    assertThat(shop.await(priced).item()).isEqualTo("cup");
  }
}
