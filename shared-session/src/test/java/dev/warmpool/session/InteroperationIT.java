package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.BOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmpool.session.testkit.PostgresServer;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.Result;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import org.springframework.r2dbc.connection.SingleConnectionFactory;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Runs Spring's and jOOQ's queries on a session's connection. */
class InteroperationIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());

  private SessionManager manager;

  @BeforeEach
  void start() {
    System.setProperty("org.jooq.no-logo", "true");
    System.setProperty("org.jooq.no-tips", "true");
    DATABASE.admin(
        "DROP SCHEMA IF EXISTS interop CASCADE; CREATE SCHEMA interop;"
            + "CREATE TABLE interop.item (id int PRIMARY KEY, name text)");
    manager = DATABASE.manager("interop", Map.of("MAX_OVERFLOW", "0"));
  }

  @AfterEach
  void stop() {
    assertThat(TestDatabase.await(manager.quiesce(BOUND))).isTrue();
    assertThat(manager.stats().acquired()).isZero();
    assertThat(DATABASE.states()).isSubsetOf("idle");
    TestDatabase.end(manager);
  }

  private static DatabaseClient spring(Session session) {
    return DatabaseClient.create(
        new SingleConnectionFactory(session.connection(), metadata(), true));
  }

  private static ConnectionFactoryMetadata metadata() {
    return () -> "PostgreSQL";
  }

  private static DSLContext jooq(Session session) {
    return DSL.using(session.connection(), SQLDialect.POSTGRES);
  }

  private long items() {
    return DATABASE.number("SELECT count(*) FROM interop.item");
  }

  @Test
  void runsSpringsQueriesInTheSessionsTransaction() {
    String name =
        manager
            .inSession(
                SessionOptions.standard(),
                s ->
                    spring(s)
                        .sql("INSERT INTO item VALUES ($1, $2)")
                        .bind(0, 1)
                        .bind(1, "one")
                        .fetch()
                        .rowsUpdated()
                        .then(
                            spring(s)
                                .sql("SELECT name FROM item WHERE id = $1")
                                .bind(0, 1)
                                .map((row, meta) -> String.valueOf(row.get(0, String.class)))
                                .one()))
            .as(TestDatabase::await);
    assertThat(name).isEqualTo("one");
    assertThat(items()).isEqualTo(1);
  }

  @Test
  void rollsBackWhenSpringsQueryFails() {
    assertThatThrownBy(
            () ->
                manager
                    .inSession(
                        SessionOptions.standard(),
                        s ->
                            s.execute("INSERT INTO item VALUES (1)")
                                .then(spring(s).sql("SELECT * FROM nowhere").fetch().all().then()))
                    .as(TestDatabase::await))
        .hasMessageContaining("nowhere");
    assertThat(items()).isZero();
    assertThat(TestDatabase.pid(manager, SessionOptions.standard())).isPositive();
  }

  @Test
  void runsJooqsQueriesInTheSessionsTransaction() {
    Integer found =
        manager
            .inSession(
                SessionOptions.standard(),
                s ->
                    Mono.from(
                            jooq(s)
                                .insertInto(DSL.table("item"), DSL.field("id"), DSL.field("name"))
                                .values(7, "seven"))
                        .then(
                            Flux.from(jooq(s).select(DSL.field("id", Integer.class)).from("item"))
                                .map(row -> row.value1())
                                .single()))
            .as(TestDatabase::await);
    assertThat(found).isEqualTo(7);
    assertThat(items()).isEqualTo(1);
  }

  @Test
  void rollsBackWhenJooqsQueryFails() {
    assertThatThrownBy(
            () ->
                manager
                    .inSession(
                        SessionOptions.standard(),
                        s ->
                            s.execute("INSERT INTO item VALUES (1)")
                                .then(Flux.from(jooq(s).selectFrom("nowhere")).then()))
                    .as(TestDatabase::await))
        .hasMessageContaining("nowhere");
    assertThat(items()).isZero();
  }

  static Function<Connection, Publisher<?>>[] refusedCalls() {
    @SuppressWarnings({"unchecked", "rawtypes"})
    Function<Connection, Publisher<?>>[] calls =
        new Function[] {
          (Function<Connection, Publisher<?>>) Connection::beginTransaction,
          (Function<Connection, Publisher<?>>) Connection::commitTransaction,
          (Function<Connection, Publisher<?>>) Connection::rollbackTransaction,
          (Function<Connection, Publisher<?>>) Connection::close,
          (Function<Connection, Publisher<?>>) c -> c.setAutoCommit(true),
          (Function<Connection, Publisher<?>>) c -> c.createSavepoint("x")
        };
    return calls;
  }

  @ParameterizedTest
  @MethodSource("refusedCalls")
  void refusesCallsThatBelongToTheSession(Function<Connection, Publisher<?>> call) {
    assertThatThrownBy(
            () ->
                manager
                    .inSession(
                        SessionOptions.standard(),
                        s -> Mono.from(call.apply(s.connection())).then())
                    .as(TestDatabase::await))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining(" on a session's connection: ");
  }

  @Test
  void drainsUnreadResults() {
    Long seen =
        manager
            .inSession(
                SessionOptions.standard(),
                s -> {
                  Connection connection = s.connection();
                  Publisher<? extends Result> many =
                      connection.createStatement("SELECT generate_series(1, 5000)").execute();
                  Publisher<? extends Result> bound =
                      connection
                          .createStatement("SELECT generate_series(1, $1)")
                          .bind(0, 5000)
                          .execute();
                  return Flux.from(many)
                      .then()
                      .thenMany(bound)
                      .flatMap(result -> Flux.from(result.map((row, meta) -> 1)).take(3))
                      .count();
                })
            .as(TestDatabase::await);
    assertThat(seen).isEqualTo(3);
  }

  @Test
  void reportsTheIsolationAndTheAutoCommitOfEachKind() {
    SessionOptions serializable =
        SessionOptions.standard().at(SessionOptions.Isolation.SERIALIZABLE);

    assertThat(described(serializable)).isEqualTo("SERIALIZABLE false");
    assertThat(described(serializable.snapshot())).isEqualTo("REPEATABLE READ false");
    assertThat(described(serializable.readOnly())).isEqualTo("READ COMMITTED true");
  }

  private String described(SessionOptions options) {
    return manager
        .inSession(
            options,
            s ->
                s.query("SHOW transaction_isolation", row -> row.get(0, String.class))
                    .single()
                    .map(
                        server -> {
                          String own = s.connection().getTransactionIsolationLevel().asSql();
                          assertThat(server).isEqualToIgnoringCase(own);
                          return own + " " + s.connection().isAutoCommit();
                        }))
        .as(TestDatabase::await);
  }

  @Test
  void sendsNoStatementThatWasCancelledWhileItWaited() {
    manager
        .inSession(
            SessionOptions.standard(),
            s -> {
              Connection connection = s.connection();
              Mono<Void> slow = run(connection, "SELECT pg_sleep(0.3)");
              Mono<Void> cancelled =
                  run(connection, "INSERT INTO item VALUES (1)").timeout(Duration.ofMillis(50));
              Mono<Void> waiting = run(connection, "INSERT INTO item VALUES (2)");
              return Mono.when(slow, cancelled.onErrorComplete(), waiting);
            })
        .as(TestDatabase::await);
    assertThat(DATABASE.column("SELECT id FROM interop.item")).containsExactly("2");
  }

  private static Mono<Void> run(Connection connection, String sql) {
    return Flux.from(connection.createStatement(sql).execute())
        .flatMap(Result::getRowsUpdated)
        .then();
  }

  @Test
  void refusesStatementsAfterTheSession() {
    ConnectionFactory unused =
        new SingleConnectionFactory(
            manager
                .inSession(SessionOptions.standard(), s -> Mono.just(s.connection()))
                .as(TestDatabase::await),
            metadata(),
            true);
    assertThatThrownBy(
            () ->
                DatabaseClient.create(unused)
                    .sql("SELECT 1")
                    .fetch()
                    .all()
                    .then()
                    .as(TestDatabase::await))
        .isInstanceOf(SessionClosedException.class);
  }
}
