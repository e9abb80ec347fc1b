package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.BOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmpool.session.SessionOptions.Kind;
import dev.warmpool.session.SessionOptions.Repetition;
import dev.warmpool.session.blocking.BlockingSession;
import dev.warmpool.session.blocking.BlockingSessions;
import dev.warmpool.session.blocking.SessionTask;
import dev.warmpool.session.blocking.SessionWork;
import dev.warmpool.session.manager.SessionManagers;
import dev.warmpool.session.testkit.PostgresServer;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A null has a meaning, or a message that says where it was passed. */
class NullsIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());
  private static final SessionOptions ORDER = SessionOptions.standard().named("order");

  private SessionManager manager;

  @BeforeEach
  void start() {
    manager = DATABASE.manager("public", Map.of());
  }

  @AfterEach
  void stop() {
    assertThat(manager.stats().acquired()).isZero();
    TestDatabase.end(manager);
  }

  /** Calls each method with a null for one argument after the other, the others as given. */
  private static void assertRefuses(Class<?> type, Object target, Map<Class<?>, Object> arguments)
      throws ReflectiveOperationException {
    List<String> silent = new ArrayList<>();
    for (Method method : type.getDeclaredMethods()) {
      Class<?>[] types = method.getParameterTypes();
      boolean ours = !method.isSynthetic() && !method.getName().equals("equals");
      for (int i = 0; ours && i < types.length; i++) {
        if (types[i].isPrimitive() || types[i].isArray()) {
          continue;
        }
        Object[] values = Arrays.stream(types).map(arguments::get).toArray();
        values[i] = null;
        try {
          method.invoke(target, values);
          silent.add(method + " takes a null");
        } catch (InvocationTargetException e) {
          String message = String.valueOf(e.getCause().getMessage());
          if (!message.matches("the .+ (is|are) null(: .+)?")) {
            silent.add(method + ": " + e.getCause());
          }
        }
      }
    }
    assertThat(silent).isEmpty();
  }

  @Test
  void areRefusedByTheManagerAndTheOptions() throws ReflectiveOperationException {
    Function<Session, Mono<Long>> work = session -> session.execute("SELECT 1");
    Predicate<SessionOrigin> none = origin -> false;

    assertRefuses(
        SessionManager.class,
        manager,
        Map.of(
            SessionOptions.class, ORDER,
            Function.class, work,
            Mono.class, Mono.just(1),
            Duration.class, BOUND,
            Predicate.class, none));
    assertRefuses(
        SessionOptions.class,
        ORDER,
        Map.of(
            Schema.class,
            new Schema("public"),
            Deadline.class,
            Deadline.after(BOUND),
            String.class,
            "order",
            SessionOptions.Isolation.class,
            SessionOptions.Isolation.SERIALIZABLE));
  }

  @Test
  void areRefusedByASession() {
    TestDatabase.await(
        manager.inSession(
            ORDER,
            session ->
                Mono.fromRunnable(
                    () -> {
                      try {
                        assertRefuses(
                            Session.class,
                            session,
                            Map.of(
                                String.class,
                                "SELECT 1",
                                Function.class,
                                (Function<Object, Object>) row -> row,
                                Object[].class,
                                new Object[0]));
                      } catch (ReflectiveOperationException e) {
                        throw new IllegalStateException(e);
                      }
                    })));
  }

  @Test
  void areRefusedByCodeThatWaits() throws ReflectiveOperationException {
    SessionWork<Long, RuntimeException> work = session -> session.execute("SELECT 1");
    SessionTask<RuntimeException> task = session -> session.execute("SELECT 1");
    Function<Object, Object> itself = row -> row;

    assertRefuses(
        BlockingSessions.class,
        manager.blocking(),
        Map.of(
            SessionOptions.class, ORDER,
            SessionWork.class, work,
            SessionTask.class, task,
            String.class, "SELECT 1",
            Function.class, itself,
            Object[].class, new Object[0]));
    manager
        .blocking()
        .useSession(
            ORDER,
            session ->
                assertRefuses(
                    BlockingSession.class,
                    session,
                    Map.of(
                        String.class,
                        "SELECT 1",
                        Function.class,
                        itself,
                        SessionWork.class,
                        work,
                        Iterable.class,
                        List.of(),
                        InputStream.class,
                        InputStream.nullInputStream(),
                        Object[].class,
                        new Object[0])));
  }

  @Test
  void areRefusedByValues() {
    assertMessage(() -> new Schema(null), "the name of a schema is null");
    assertMessage(() -> new Deadline(null), "the moment of a deadline is null");
    assertMessage(() -> new Deadline(Instant.MAX, null), "the grace of a deadline is null");
    assertMessage(() -> Deadline.after(null), "the time until a deadline is null");
    assertMessage(() -> PasswordSource.fixed(null), "the password is null");
    assertMessage(
        () -> SessionManagers.create(null, PasswordSource.fixed("x")), "the settings are null");
    SessionOptions.Isolation isolation = SessionOptions.Isolation.SERIALIZABLE;
    assertMessage(
        () ->
            new SessionOptions(
                null, null, isolation, null, 0, "x", null, Map.of(), Repetition.HARMFUL),
        "the kind of a session is null");
    assertThat(
            new SessionOptions(
                    null,
                    Kind.READ_WRITE,
                    isolation,
                    null,
                    0,
                    "x",
                    null,
                    Map.of(),
                    Repetition.HARMFUL)
                .schema())
        .isNull();
  }

  private static void assertMessage(ThrowingCallable call, String message) {
    assertThatThrownBy(call).hasMessage(message);
  }

  @Test
  void areNamedWhenTheWorkReturnsThem() {
    String message =
        "session 'order' has a unit of work that returned null: return Mono.empty() for no result";

    assertMessage(
        () -> TestDatabase.await(manager.inSession(ORDER, session -> (Mono<Long>) null)), message);
    assertMessage(
        () ->
            TestDatabase.await(
                manager.stream(ORDER.readOnly(), session -> (Flux<Long>) null).then()),
        message);
    assertMessage(
        () ->
            TestDatabase.await(
                manager.inSession(ORDER, session -> session.savepoint(inner -> (Mono<Long>) null))),
        "the part that runs in a savepoint returned null: return Mono.empty() for no result");
    assertMessage(
        () ->
            TestDatabase.await(
                manager.inSession(
                    ORDER, session -> session.query("SELECT 1", row -> (Long) null).then())),
        "the row mapper returned null: return an Optional or another value for it, or use"
            + " coalesce in the statement");
  }

  @Test
  void areNamedAmongTheRowsOfABatch() {
    String sql = "SELECT $1::int";
    List<Object[]> rows = Arrays.asList(new Object[] {1}, null);

    assertMessage(
        () -> manager.blocking().inSession(ORDER, session -> session.batch(sql, rows)),
        "row 2 of the batch is null");
    assertMessage(
        () -> manager.blocking().inSession(ORDER, session -> session.batch(sql, () -> null)),
        "the iterator of the batch's rows is null");
  }

  @Test
  void areOneValueWhenTheyAreAllTheValues() {
    String isNull = "SELECT 1 WHERE $1::text IS NULL";

    Long rows =
        TestDatabase.await(
            manager.inSession(ORDER, session -> session.execute(isNull, (Object[]) null)));
    Integer found =
        TestDatabase.await(
            manager.inSession(ORDER, s -> s.query(isNull, row -> 7, (Object[]) null).single()));

    assertThat(rows).isOne();
    assertThat(found).isEqualTo(7);
  }
}
