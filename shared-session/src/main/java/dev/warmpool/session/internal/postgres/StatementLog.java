package dev.warmpool.session.internal.postgres;

import dev.warmpool.session.settings.StatementLogging;
import io.r2dbc.spi.Connection;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;

/**
 * Logs every statement with its outcome, including those that sessions send themselves. Loaded only
 * if {@code WARMPOOL_DEBUG} is set. Thread-safe.
 */
final class StatementLog {

  private static final Logger LOG = LoggerFactory.getLogger("dev.warmpool.session.statements");

  private final boolean values;

  StatementLog(StatementLogging logging) {
    this.values = logging == StatementLogging.VALUES;
  }

  /** The same connection, with its statements logged. */
  Connection on(Connection connection) {
    return (Connection)
        Proxy.newProxyInstance(
            StatementLog.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> call(connection, method, arguments));
  }

  private @Nullable Object call(Connection connection, Method method, Object @Nullable [] arguments)
      throws Throwable {
    if (method.getName().equals("createStatement") && arguments != null) {
      String sql = (String) arguments[0];
      return new LoggedStatement(connection.createStatement(sql), sql, this);
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

  /** The driver sends this text. */
  private Publisher<Void> commit(Publisher<Void> commit) {
    return Flux.defer(() -> begin("COMMIT", "").whole(Flux.from(commit)));
  }

  /** Begins to log an execution of a statement. */
  LoggedExecution begin(String sql, String bound) {
    return new LoggedExecution(values && !bound.isEmpty() ? sql + " with " + bound : sql, LOG);
  }
}
