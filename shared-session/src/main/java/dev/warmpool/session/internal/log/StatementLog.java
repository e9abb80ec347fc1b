package dev.warmpool.session.internal.log;

import dev.warmpool.session.settings.StatementLogging;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Statement;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Logs every statement with its outcome, including those that sessions send themselves. Made only
 * if {@code WARMPOOL_DEBUG} is set. Thread-safe.
 */
public final class StatementLog {

  private static final Logger LOG = LoggerFactory.getLogger("dev.warmpool.session.statements");

  private final boolean values;

  /** Creates the log that the setting asks for. */
  public StatementLog(StatementLogging logging) {
    this.values = logging == StatementLogging.VALUES;
  }

  /** A connection that logs its statements. */
  interface Logged extends Connection {

    /**
     * Creates a statement whose text has values.
     *
     * @param shown writes the text to log, without the values
     */
    Statement createStatement(String sql, Supplier<String> shown);

    /** A COPY from the client, with its outcome logged. */
    Mono<Long> copying(String sql, Mono<Long> copied);
  }

  /** A COPY from the client through the connection, which may log it. */
  public static Mono<Long> copying(Connection connection, String sql, Mono<Long> copied) {
    return connection instanceof Logged logged ? logged.copying(sql, copied) : copied;
  }

  /**
   * A statement on the connection, which may log it.
   *
   * @param shown writes the text to log, without the values in it
   */
  public static Statement statement(Connection connection, String sql, Supplier<String> shown) {
    return connection instanceof Logged logged
        ? logged.createStatement(sql, shown)
        : connection.createStatement(sql);
  }

  /** The same connection, with its statements logged. */
  public Connection on(Connection connection) {
    return (Connection)
        Proxy.newProxyInstance(
            StatementLog.class.getClassLoader(),
            new Class<?>[] {Logged.class},
            (proxy, method, arguments) -> call(connection, method, arguments));
  }

  @SuppressWarnings("unchecked")
  private @Nullable Object call(Connection connection, Method method, Object @Nullable [] arguments)
      throws Throwable {
    if (method.getName().equals("createStatement") && arguments != null) {
      String sql = (String) arguments[0];
      return new LoggedStatement(connection.createStatement(sql), shown(sql, arguments), this);
    }
    if (method.getName().equals("copying") && arguments != null) {
      return copy((String) arguments[0], (Mono<Long>) arguments[1]);
    }
    if (method.getName().equals("commitTransaction")) {
      return commit(connection.commitTransaction());
    }
    try {
      return method.invoke(connection, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  @SuppressWarnings("unchecked")
  private String shown(String sql, Object[] arguments) {
    return values || arguments.length == 1 ? sql : ((Supplier<String>) arguments[1]).get();
  }

  private Mono<Long> copy(String sql, Mono<Long> copied) {
    return Mono.defer(
        () -> {
          LoggedExecution execution = begin(sql, "");
          return execution.whole(copied.flux().doOnNext(execution::rows)).next();
        });
  }

  /** The driver sends this text. */
  private Publisher<Void> commit(Publisher<Void> commit) {
    return Flux.defer(() -> begin("COMMIT", "").whole(Flux.from(commit)));
  }

  /** Begins to log an execution of a statement. */
  LoggedExecution begin(String sql, String bound) {
    return new LoggedExecution(values && !bound.isEmpty() ? sql + " with " + bound : sql, LOG);
  }
}
