package dev.warmpool.benchmarks;

import java.util.List;
import java.util.Map;

/** All that is measured in one JVM, each with a pool of its own. Confined to one thread. */
final class Contenders implements AutoCloseable {

  private final List<Contender> all;

  /** Opens no connection: each pool does with its first unit of work. */
  Contenders(Map<String, String> server) {
    this.all =
        List.of(
            new WarmpoolSessions("Warmpool", server, Map.of()),
            new WarmpoolBlocking(server),
            new OneFlight(new WarmpoolSessions("Warmpool", server, Map.of())),
            new WarmpoolSessions("Warmpool, startup", server, Map.of("SCHEMA_BINDING", "startup")),
            new WarmpoolSessions(
                "Warmpool, statement cache", server, Map.of("STATEMENT_CACHE", "100")),
            new HikariCp(HikariCp.Way.SET_LOCAL, server),
            new HikariCp(HikariCp.Way.TRANSACTION, server),
            new HikariCp(HikariCp.Way.AUTOCOMMIT, server),
            new VertxPgClient(server),
            new VertxAutocommit(server),
            new DriverAlone(server),
            new DriverMessages(server),
            new R2dbcPool(server),
            new SpringDatabaseClient(server));
  }

  List<Contender> all() {
    return all;
  }

  List<Contender> forManyCallers() {
    return all.stream().filter(Contender::takesManyCallers).toList();
  }

  List<Contender> with(Workload workload) {
    return all.stream().filter(contender -> contender.workloads().contains(workload)).toList();
  }

  @Override
  public void close() {
    all.forEach(Contender::close);
  }
}
