package dev.warmpool.benchmarks;

import dev.warmpool.session.PasswordSource;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.blocking.BlockingSession;
import dev.warmpool.session.manager.SessionManagers;
import dev.warmpool.session.settings.SessionSettings;
import java.util.HashMap;
import java.util.Map;

/** Sessions of this project in blocking style. */
final class WarmpoolBlocking implements Contender {

  private final SessionManager manager;

  WarmpoolBlocking(Map<String, String> server) {
    Map<String, String> environment = new HashMap<>(server);
    environment.put("POSTGRES_SCHEMA", Sql.SCHEMA);
    environment.put("POOL_SIZE", Integer.toString(Sql.POOL));
    environment.put("MAX_OVERFLOW", "0");
    environment.put("POOL_TIMEOUT", "30");
    this.manager =
        SessionManagers.create(SessionSettings.from(environment), PasswordSource.fixed("postgres"));
  }

  @Override
  public String name() {
    return "Warmpool, blocking";
  }

  @Override
  public void read(int id) {
    manager
        .blocking()
        .inSession(
            SessionOptions.standard().readOnly(),
            session -> session.query(Sql.READ, row -> row.get(0, Long.class), id).one());
  }

  @Override
  public void write(int id) {
    manager
        .blocking()
        .inSession(SessionOptions.standard(), session -> session.execute(Sql.WRITE, id));
  }

  @Override
  public void fiveWrites(int id) {
    manager.blocking().useSession(SessionOptions.standard(), session -> fiveWrites(session, id));
  }

  private static void fiveWrites(BlockingSession session, int id) {
    for (int i = 0; i < 5; i++) {
      session.execute(Sql.INSERT, id, i);
    }
  }

  @Override
  public void fiveRows(int id) {
    manager
        .blocking()
        .inSession(
            SessionOptions.standard(), session -> session.batch(Sql.INSERT, Sql.fiveRows(id)));
  }

  @Override
  public int stream() {
    return manager
        .blocking()
        .inSession(
            SessionOptions.standard().readOnly(),
            session ->
                session.query(Sql.STREAM, row -> row.get(1, Long.class)).stream()
                    .mapToInt(balance -> 1)
                    .sum());
  }

  @Override
  public void close() {
    manager.close(Sql.BOUND).block(Sql.BOUND);
  }
}
