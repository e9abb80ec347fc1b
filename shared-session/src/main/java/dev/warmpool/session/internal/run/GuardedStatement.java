package dev.warmpool.session.internal.run;

import dev.warmpool.session.internal.values.BoundValues;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/** Records the calls that make a statement, and runs it in the session. Confined to one thread. */
final class GuardedStatement implements Statement {

  private final SessionStatements session;
  private final String sql;
  private final List<Consumer<Statement>> calls = new ArrayList<>();

  GuardedStatement(SessionStatements session, String sql) {
    this.session = session;
    this.sql = sql;
  }

  /** The text; R2DBC asks for this exception if there is none. */
  static String required(@Nullable String sql) {
    if (sql == null) {
      throw new IllegalArgumentException("the text of the statement is null");
    }
    return sql;
  }

  private Statement record(Consumer<Statement> call) {
    calls.add(call);
    return this;
  }

  @Override
  public Statement add() {
    return record(
        statement -> {
          try {
            statement.add();
          } catch (IllegalStateException missing) {
            throw BoundValues.missing(sql);
          }
        });
  }

  @Override
  public Statement bind(int index, Object value) {
    return record(BoundValues.at(sql, index, value));
  }

  @Override
  public Statement bind(String name, Object value) {
    return record(BoundValues.at(sql, name, value));
  }

  @Override
  public Statement bindNull(int index, Class<?> type) {
    return record(BoundValues.nullAt(sql, index, type));
  }

  @Override
  public Statement bindNull(String name, Class<?> type) {
    return record(BoundValues.nullAt(sql, name, type));
  }

  @Override
  public Statement returnGeneratedValues(String... columns) {
    return record(statement -> statement.returnGeneratedValues(columns));
  }

  @Override
  public Statement fetchSize(int rows) {
    return record(statement -> statement.fetchSize(rows));
  }

  @Override
  public Publisher<? extends Result> execute() {
    List<Consumer<Statement>> recorded = List.copyOf(calls);
    return session.<Result>run(
        SqlStatement.results(
            sql,
            statement -> recorded.forEach(call -> call.accept(statement)),
            GuardedResult.handedTo(session)));
  }
}
