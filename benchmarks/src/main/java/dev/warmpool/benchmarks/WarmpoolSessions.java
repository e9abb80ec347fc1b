package dev.warmpool.benchmarks;

import dev.warmpool.session.PasswordSource;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.manager.SessionManagers;
import dev.warmpool.session.settings.SessionSettings;
import java.util.HashMap;
import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Sessions of this project. */
final class WarmpoolSessions implements Contender {

  private final String name;
  private final SessionManager manager;

  WarmpoolSessions(String name, Map<String, String> server, Map<String, String> settings) {
    Map<String, String> environment = new HashMap<>(server);
    environment.put("POSTGRES_SCHEMA", Sql.SCHEMA);
    environment.put("POOL_SIZE", Integer.toString(Sql.POOL));
    environment.put("MAX_OVERFLOW", "0");
    environment.put("POOL_TIMEOUT", "30");
    environment.putAll(settings);
    this.name = name;
    this.manager =
        SessionManagers.create(SessionSettings.from(environment), PasswordSource.fixed("postgres"));
  }

  SessionManager manager() {
    return manager;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void read(int id) {
    manager.await(
        manager.inSession(
            SessionOptions.standard().readOnly(),
            s -> s.query(Sql.READ, row -> row.get(0, Long.class), id).single()),
        Sql.BOUND);
  }

  @Override
  public void write(int id) {
    manager.await(
        manager.inSession(SessionOptions.standard(), s -> s.execute(Sql.WRITE, id)), Sql.BOUND);
  }

  @Override
  public void fiveWrites(int id) {
    manager.await(
        manager.inSession(
            SessionOptions.standard(),
            s -> {
              Mono<Long> work = Mono.just(0L);
              for (int i = 0; i < 5; i++) {
                work = work.then(s.execute(Sql.INSERT, id, i));
              }
              return work;
            }),
        Sql.BOUND);
  }

  @Override
  public void fiveRows(int id) {
    manager.await(
        manager.inSession(
            SessionOptions.standard(),
            s -> s.batch(Sql.INSERT, Flux.fromIterable(Sql.fiveRows(id)))),
        Sql.BOUND);
  }

  @Override
  public int stream() {
    Long count =
        manager.await(
            manager.stream(
                    SessionOptions.standard().readOnly(),
                    s -> s.query(Sql.STREAM, row -> row.get(1, Long.class)))
                .count(),
            Sql.BOUND);
    return count == null ? 0 : count.intValue();
  }

  @Override
  public void close() {
    manager.close(Sql.BOUND).block(Sql.BOUND);
  }
}
