package dev.warmpool.session.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import dev.warmpool.session.Deadline;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.blocking.BlockingSessions;
import dev.warmpool.session.blocking.SessionTask;
import dev.warmpool.session.blocking.SessionWork;
import io.r2dbc.spi.Row;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The blocking sessions of one invocation, which end by its deadline. Written out and not by lambda
 * expressions, each of which would be a class of the cold start. Thread-safe.
 */
final class InvocationSessions implements BlockingSessions {

  private final Context context;
  private final SessionManager manager;

  InvocationSessions(Context context, SessionManager manager) {
    this.context = context;
    this.manager = manager;
  }

  @Override
  public <T extends @Nullable Object, E extends Exception> T inSession(
      SessionOptions options, SessionWork<T, E> work) throws E {
    SessionOptions bounded = bounded(options);
    Waits.begin();
    try {
      return manager.blocking().inSession(bounded, work);
    } finally {
      Waits.end(manager, context);
    }
  }

  @Override
  public <E extends Exception> void useSession(SessionOptions options, SessionTask<E> work)
      throws E {
    SessionOptions bounded = bounded(options);
    Waits.begin();
    try {
      manager.blocking().useSession(bounded, work);
    } finally {
      Waits.end(manager, context);
    }
  }

  /** The interface's own would take the round trips of a session with one statement. */
  @Override
  public long execute(SessionOptions options, String sql, @Nullable Object... values) {
    SessionOptions bounded = bounded(options);
    Waits.begin();
    try {
      return manager.blocking().execute(bounded, sql, values);
    } finally {
      Waits.end(manager, context);
    }
  }

  @Override
  public <T> List<T> query(
      SessionOptions options,
      String sql,
      Function<? super Row, ? extends T> mapper,
      @Nullable Object... values) {
    SessionOptions bounded = bounded(options);
    Waits.begin();
    try {
      return manager.blocking().query(bounded, sql, mapper, values);
    } finally {
      Waits.end(manager, context);
    }
  }

  /** The options with the invocation's deadline, unless theirs is earlier. */
  private SessionOptions bounded(SessionOptions options) {
    Objects.requireNonNull(
        options, "the options are null: SessionOptions.standard() are the default");
    Deadline own = options.deadline();
    Deadline invocation = InvocationDeadline.of(context);
    return own != null && own.at().isBefore(invocation.at()) ? options : options.by(invocation);
  }
}
