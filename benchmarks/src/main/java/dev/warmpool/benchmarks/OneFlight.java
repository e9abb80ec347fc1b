package dev.warmpool.benchmarks;

import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOptions;
import java.util.EnumSet;
import java.util.Set;

/** Units of work of this project that are one statement and say so; the others are sessions. */
final class OneFlight implements Contender {

  private final WarmpoolSessions sessions;
  private final SessionManager manager;

  OneFlight(WarmpoolSessions sessions) {
    this.sessions = sessions;
    this.manager = sessions.manager();
  }

  @Override
  public String name() {
    return sessions.name() + ", one flight";
  }

  @Override
  public void read(int id) {
    manager.await(
        manager
            .query(
                SessionOptions.standard().readOnly(), Sql.READ, row -> row.get(0, Long.class), id)
            .single(),
        Sql.BOUND);
  }

  @Override
  public void write(int id) {
    manager.await(manager.execute(SessionOptions.standard(), Sql.WRITE, id), Sql.BOUND);
  }

  @Override
  public void fiveWrites(int id) {
    sessions.fiveWrites(id);
  }

  @Override
  public void fiveRows(int id) {
    sessions.fiveRows(id);
  }

  @Override
  public Set<Workload> workloads() {
    return EnumSet.of(Workload.READ, Workload.WRITE);
  }

  @Override
  public int stream() {
    return sessions.stream();
  }

  @Override
  public void close() {
    sessions.close();
  }
}
