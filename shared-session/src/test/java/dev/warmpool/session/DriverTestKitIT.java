package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.BOUND;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.warmpool.session.testkit.PostgresServer;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.test.TestKit;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.reactivestreams.Publisher;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.PreparedStatementCallback;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;

/**
 * Runs R2DBC's tests of drivers on a session's connection. A test that is listed as an exception
 * has to fail, so that the list stays true.
 */
class DriverTestKitIT {

  /** Why a test has to fail, and what its failure says. */
  private enum Reason {
    NO_AUTO_COMMIT("a session commits when its work is complete", "actual value: false"),
    OWN_TRANSACTION("the session is the transaction", "UnsupportedOperationException"),
    ONE_SHOT("a statement can be sent again, such a value cannot", "can be read only once"),
    CHECKED_WHEN_SENT("calls are recorded, and checked on a connection", "nothing was thrown");

    private final String why;
    private final String failure;

    Reason(String why, String failure) {
      this.why = why;
      this.failure = failure;
    }
  }

  private static final Map<String, Reason> EXCEPTIONS =
      Map.ofEntries(
          entry("autoCommitByDefault", Reason.NO_AUTO_COMMIT),
          entry("changeAutoCommitCommitsTransaction", Reason.OWN_TRANSACTION),
          entry("sameAutoCommitLeavesTransactionUnchanged", Reason.OWN_TRANSACTION),
          entry("savePoint", Reason.OWN_TRANSACTION),
          entry("savePointStartsTransaction", Reason.OWN_TRANSACTION),
          entry("transactionCommit", Reason.OWN_TRANSACTION),
          entry("transactionRollback", Reason.OWN_TRANSACTION),
          entry("blobInsert", Reason.ONE_SHOT),
          entry("clobInsert", Reason.ONE_SHOT),
          entry("bindFails", Reason.CHECKED_WHEN_SENT),
          entry("bindNullFails", Reason.CHECKED_WHEN_SENT),
          entry("prepareStatementWithIncompleteBatchFails", Reason.CHECKED_WHEN_SENT),
          entry("prepareStatementWithIncompleteBindingFails", Reason.CHECKED_WHEN_SENT),
          entry("returnGeneratedValuesFails", Reason.CHECKED_WHEN_SENT));

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());

  private SessionManager manager;

  @BeforeEach
  void start() {
    manager = DATABASE.manager("tck_it", Map.of());
  }

  @AfterEach
  void stop() {
    TestDatabase.end(manager);
  }

  private static Stream<Method> tests() {
    return Stream.of(TestKit.class.getMethods()).filter(m -> m.isAnnotationPresent(Test.class));
  }

  @Test
  void passesSoManyOfTheTests() {
    assertThat(tests().map(Method::getName)).hasSize(34).containsAll(EXCEPTIONS.keySet());
    assertThat(EXCEPTIONS).hasSize(14);
  }

  @TestFactory
  Stream<DynamicTest> passesEveryTestThatIsNoException() {
    return tests().map(test -> DynamicTest.dynamicTest(test.getName(), () -> check(test)));
  }

  private void check(Method test) {
    Throwable failure = catchThrowable(() -> run(test));
    Reason reason = EXCEPTIONS.get(test.getName());
    if (reason == null) {
      assertThat(failure).as(test.getName()).isNull();
    } else {
      assertThat(failure)
          .as("%s is an exception, since %s", test.getName(), reason.why)
          .isNotNull()
          .hasMessageContaining(reason.failure);
    }
  }

  private void run(Method test) throws Throwable {
    Kit kit = new Kit(manager);
    DATABASE.admin("DROP SCHEMA IF EXISTS tck_it CASCADE; CREATE SCHEMA tck_it");
    kit.createTable();
    try {
      test.invoke(kit);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    } finally {
      assertThat(manager.quiesce(BOUND).block(BOUND)).isTrue();
    }
  }

  /** The tests on sessions, each from a connection's creation to its close. */
  private record Kit(SessionManager manager) implements TestKit<String> {

    @Override
    public ConnectionFactory getConnectionFactory() {
      return new ConnectionFactory() {
        @Override
        public Publisher<? extends Connection> create() {
          return Mono.create(Kit.this::begin);
        }

        @Override
        public ConnectionFactoryMetadata getMetadata() {
          return () -> "PostgreSQL";
        }
      };
    }

    private void begin(MonoSink<Connection> sink) {
      Sinks.Empty<Void> closed = Sinks.empty();
      Sinks.Empty<Void> ended = Sinks.empty();
      manager
          .inSession(
              SessionOptions.standard(),
              session -> {
                Mono<Void> close = Mono.fromRunnable(closed::tryEmitEmpty);
                sink.success(closing(session.connection(), close.then(ended.asMono())));
                return closed.asMono();
              })
          .onErrorComplete()
          .subscribe(nothing -> {}, error -> {}, ended::tryEmitEmpty);
    }

    /** The connection with another close, which completes the unit of work. */
    private static Connection closing(Connection connection, Mono<Void> close) {
      return (Connection)
          Proxy.newProxyInstance(
              Kit.class.getClassLoader(),
              new Class<?>[] {Connection.class},
              (proxy, method, arguments) ->
                  method.getName().equals("close") ? close : call(connection, method, arguments));
    }

    private static Object call(Connection connection, Method method, Object[] arguments)
        throws Throwable {
      try {
        return method.invoke(connection, arguments);
      } catch (InvocationTargetException e) {
        throw e.getCause();
      }
    }

    @Override
    public String getPlaceholder(int index) {
      return getIdentifier(index);
    }

    @Override
    public String getIdentifier(int index) {
      return "$" + (index + 1);
    }

    @Override
    public String doGetSql(TestStatement statement) {
      return switch (statement) {
        case CREATE_TABLE_AUTOGENERATED_KEY -> "CREATE TABLE test (id SERIAL, test_value INTEGER)";
        case INSERT_VALUE_AUTOGENERATED_KEY -> "INSERT INTO test VALUES (DEFAULT, 100)";
        default -> statement.getSql();
      };
    }

    @Override
    public String blobType() {
      return "bytea";
    }

    @Override
    public String clobType() {
      return "text";
    }

    /** The two calls that the tests make. */
    @Override
    public JdbcOperations getJdbcOperations() {
      return (JdbcOperations)
          Proxy.newProxyInstance(
              Kit.class.getClassLoader(),
              new Class<?>[] {JdbcOperations.class},
              (proxy, method, arguments) -> jdbc(arguments));
    }

    private static Object jdbc(Object[] arguments) throws Exception {
      try (java.sql.Connection connection = DATABASE.server().admin()) {
        connection.setSchema("tck_it");
        try (java.sql.PreparedStatement statement =
            connection.prepareStatement((String) arguments[0])) {
          return arguments.length == 1
              ? statement.execute()
              : ((PreparedStatementCallback<?>) arguments[1]).doInPreparedStatement(statement);
        }
      }
    }
  }
}
