package dev.warmpool.benchmarks;

import static dev.warmpool.benchmarks.DriverConnection.answer;
import static dev.warmpool.benchmarks.DriverConnection.changed;
import static dev.warmpool.benchmarks.DriverConnection.pipelined;

import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * The R2DBC driver alone sending what one flight of this project sends: the opening, the statement
 * and, without waiting for its answer, the reset. What it takes beyond {@link DriverAlone} is the
 * cost of these messages; what a session takes beyond it is this project's.
 */
final class DriverMessages implements Contender {

  static final String NAME = "driver alone, our messages";

  private static final String SETTINGS =
      "set_config('warmpool.session','1',false) IS NULL"
          + " OR set_config('search_path','\"bench\"',false) IS NULL"
          + " OR set_config('default_transaction_read_only','%s',false) IS NULL"
          + " OR '\"bench\"'::regnamespace IS NULL";

  private static final String READ = "SELECT WHERE " + SETTINGS.formatted("on");

  /** In front of a write whose connection has its reset unanswered, as after each of these. */
  private static final String WRITE =
      "SET exit_on_error TO on;SELECT WHERE"
          + " 1/(coalesce(current_setting('warmpool.session',true),'')='')::int IS NULL OR "
          + SETTINGS.formatted("off")
          + " OR set_config('exit_on_error','off',false) IS NULL";

  private final DriverConnection connection;

  DriverMessages(Map<String, String> server) {
    this.connection =
        new DriverConnection(
            server, Map.of("search_path", "\"\"", "default_transaction_read_only", "on"));
  }

  @Override
  public String name() {
    return NAME;
  }

  private long inFlight(String opening, DriverConnection.Work<Long> statement) {
    return connection.await(
        driver ->
            pipelined(answer(driver, opening), statement.on(driver))
                .doOnSuccess(result -> reset(driver)));
  }

  private static void reset(PostgresqlConnection driver) {
    answer(driver, "DISCARD ALL").subscribe();
  }

  @Override
  public void read(int id) {
    inFlight(READ, driver -> DriverAlone.balance(driver, id));
  }

  @Override
  public void write(int id) {
    inFlight(WRITE, driver -> changed(driver.createStatement(Sql.WRITE).bind(0, id)));
  }

  @Override
  public void fiveWrites(int id) {
    throw new UnsupportedOperationException("not in one flight");
  }

  @Override
  public void fiveRows(int id) {
    throw new UnsupportedOperationException("not in one flight");
  }

  @Override
  public int stream() {
    throw new UnsupportedOperationException("not in one flight");
  }

  @Override
  public Set<Workload> workloads() {
    return EnumSet.of(Workload.READ, Workload.WRITE);
  }

  /** On its one connection, another caller's messages would come between those of a write. */
  @Override
  public boolean takesManyCallers() {
    return false;
  }

  @Override
  public void close() {
    connection.close();
  }
}
