package dev.warmpool.session.internal.log;

import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/** A statement whose executions are logged. Confined to one thread, except its results. */
final class LoggedStatement implements Statement {

  private final Statement statement;
  private final String sql;
  private final StatementLog log;
  private final Map<String, Object> current = new TreeMap<>();
  private final StringBuilder added = new StringBuilder();

  LoggedStatement(Statement statement, String sql, StatementLog log) {
    this.statement = statement;
    this.sql = sql;
    this.log = log;
  }

  private Statement with(UnaryOperator<Statement> call) {
    call.apply(statement);
    return this;
  }

  @Override
  public Statement add() {
    added.append(current).append(", ");
    current.clear();
    return with(Statement::add);
  }

  @Override
  public Statement bind(int index, Object value) {
    current.put("$" + (index + 1), value);
    return with(s -> s.bind(index, value));
  }

  @Override
  public Statement bind(String name, Object value) {
    current.put(name, value);
    return with(s -> s.bind(name, value));
  }

  @Override
  public Statement bindNull(int index, Class<?> type) {
    current.put("$" + (index + 1), "null");
    return with(s -> s.bindNull(index, type));
  }

  @Override
  public Statement bindNull(String name, Class<?> type) {
    current.put(name, "null");
    return with(s -> s.bindNull(name, type));
  }

  @Override
  public Statement returnGeneratedValues(String... columns) {
    return with(s -> s.returnGeneratedValues(columns));
  }

  @Override
  public Statement fetchSize(int rows) {
    return with(s -> s.fetchSize(rows));
  }

  @Override
  public Publisher<? extends Result> execute() {
    String bound = current.isEmpty() ? "" : added.toString() + current;
    return Flux.defer(
        () -> {
          LoggedExecution execution = log.begin(sql, bound);
          return execution.whole(
              Flux.<Result>from(statement.execute())
                  .doOnNext(result -> execution.result())
                  .map(result -> new LoggedResult(result, execution)));
        });
  }
}
