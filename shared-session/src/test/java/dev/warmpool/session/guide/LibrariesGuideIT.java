package dev.warmpool.session.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.blocking.SessionTask;
import java.io.IOException;
import org.jooq.Record1;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.r2dbc.connection.SingleConnectionFactory;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/** The snippets of docs/sessions.md that use other libraries on a session. */
class LibrariesGuideIT {

  private Shop shop;

  @BeforeAll
  static void quiet() {
    System.setProperty("org.jooq.no-logo", "true");
    System.setProperty("org.jooq.no-tips", "true");
  }

  @BeforeEach
  void open() throws IOException {
    shop = new Shop();
  }

  @AfterEach
  void close() {
    shop.close();
  }

  private void run(SessionTask<RuntimeException> task) {
    shop.manager().blocking().useSession(SessionOptions.standard(), task);
  }

  @Test
  void runsJooqsQueries() {
    run(
        session -> {
          Integer open =
              session.reactive(
                  reactive ->
                      Mono.from(
                              DSL.using(reactive.connection(), SQLDialect.POSTGRES)
                                  .selectCount()
                                  .from("orders")
                                  .where(DSL.field("state", String.class).eq("open")))
                          .map(Record1::value1));
          assertThat(open).isEqualTo(2);
        });
  }

  @Test
  void runsSpringsQueries() {
    String customer = "Grace";
    run(
        session -> {
          Long shipped =
              session.reactive(
                  reactive ->
                      DatabaseClient.create(
                              new SingleConnectionFactory(
                                  reactive.connection(), () -> "PostgreSQL", true))
                          .sql("UPDATE orders SET state = 'shipped' WHERE customer = :customer")
                          .bind("customer", customer)
                          .fetch()
                          .rowsUpdated());
          assertThat(shipped).isEqualTo(2);
        });
    assertThat(Shop.column("SELECT count(*) FROM shop.orders WHERE state = 'shipped'"))
        .containsExactly("2");
  }
}
