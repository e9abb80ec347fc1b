package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.BOUND;
import static dev.warmpool.session.TestDatabase.COUNTS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.WireProxy;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Transfers money between accounts while the server and the network fail at random. */
class LedgerIT {

  private static final int WORKERS = 16;
  private static final int ACCOUNTS = 40;
  private static final Duration TIME = Duration.ofSeconds(6L * COUNTS);

  /** Made even if a busy machine takes longer than the time. */
  private static final int LEAST = 100;

  private static final String MOVE = "UPDATE account SET balance = balance + $1 WHERE id = $2";
  private static final String INSERT = "INSERT INTO transfer VALUES ($1)";
  private static final long SEED = Long.getLong("seed", System.nanoTime());

  private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
  private final Map<String, Throwable> failed = new ConcurrentHashMap<>();
  private final Set<String> unknown = ConcurrentHashMap.newKeySet();

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void keepsEveryAcknowledgedTransferAndNoFailedOne() {
    try (PostgresServer server = PostgresServer.with(Map.of("max_connections", "60"));
        WireProxy proxy = WireProxy.to(server.port())) {
      TestDatabase database = new TestDatabase(server);
      database.admin(
          "CREATE SCHEMA ledger; CREATE TABLE ledger.account (id int PRIMARY KEY, balance bigint);"
              + "CREATE TABLE ledger.transfer (id text PRIMARY KEY);"
              + "INSERT INTO ledger.account SELECT i, 0 FROM generate_series(1, "
              + ACCOUNTS
              + ") i");
      SessionManager manager =
          database.manager(
              "ledger",
              Map.of(
                  "POSTGRES_PORT", Integer.toString(proxy.port()),
                  "OPENING_TIMEOUT", "0.3",
                  "POOL_SIZE", "8"));
      Instant end = Instant.now().plus(TIME);
      Mono<Void> work =
          Flux.merge(IntStream.range(0, WORKERS).mapToObj(i -> worker(manager, end)).toList())
              .then();
      Mono<Void> faults =
          Mono.<Void>fromRunnable(() -> faults(database, proxy, end))
              .subscribeOn(Schedulers.boundedElastic());
      manager.await(Mono.when(work, faults), TIME.plus(Duration.ofSeconds(60)));

      proxy.cutBeforeAnswerTo(message -> false);
      assertThat(TestDatabase.pid(manager, SessionOptions.standard())).isPositive();
      assertThat(TestDatabase.await(manager.quiesce(BOUND))).isTrue();
      assertThat(manager.stats().acquired()).isZero();
      check(database);
      TestDatabase.end(manager);
    }
  }

  private void check(TestDatabase database) {
    Set<String> found = new HashSet<>(database.column("SELECT id FROM ledger.transfer"));
    String seed = "seed " + SEED;
    assertThat(acknowledged).as(seed).hasSizeGreaterThan(LEAST).isSubsetOf(found);
    failed.forEach(
        (id, error) -> assertThat(found).as(() -> seed + trace(error)).doesNotContain(id));
    assertThat(found)
        .as(seed)
        .allMatch(
            id -> found.contains(id.endsWith(" again") ? id.substring(0, 36) : id + " again"));
    found.removeAll(acknowledged);
    assertThat(found).as(seed).isSubsetOf(unknown);
    assertThat(database.number("SELECT sum(balance) FROM ledger.account")).as(seed).isZero();
    assertThat(unknown).as(seed).doesNotContainAnyElementsOf(acknowledged);
  }

  private static String trace(Throwable error) {
    StringWriter text = new StringWriter();
    error.printStackTrace(new PrintWriter(text, true));
    return "\n" + text;
  }

  private Mono<Void> worker(SessionManager manager, Instant end) {
    return Mono.defer(() -> transfer(manager))
        .repeat(() -> Instant.now().isBefore(end) || acknowledged.size() <= LEAST)
        .then();
  }

  private Mono<Void> transfer(SessionManager manager) {
    String id = UUID.randomUUID().toString();
    Mono<Long> transfer =
        switch (ThreadLocalRandom.current().nextInt(3)) {
          case 0 -> oneByOne(manager, id);
          case 1 -> inBatches(manager, id);
          default -> inOneFlight(manager, id);
        };
    return transfer
        .doOnSuccess(done -> note(acknowledged, id))
        .onErrorResume(
            error -> {
              if (error instanceof CommitOutcomeUnknownException) {
                note(unknown, id);
              } else {
                failed.put(id, error);
                failed.put(id + " again", error);
              }
              return Mono.empty();
            })
        .then();
  }

  /** Each transfer has two records, which are there together or not at all. */
  private static void note(Set<String> outcome, String id) {
    outcome.add(id);
    outcome.add(id + " again");
  }

  private static SessionOptions options() {
    return SessionOptions.until(Deadline.after(Duration.ofSeconds(3)));
  }

  /** Two accounts in the order of their numbers, so that no two transfers wait for each other. */
  private static int[] accounts() {
    int from = 1 + ThreadLocalRandom.current().nextInt(ACCOUNTS);
    int to = 1 + ThreadLocalRandom.current().nextInt(ACCOUNTS);
    return new int[] {Math.min(from, to), Math.max(from, to)};
  }

  private static Mono<Long> oneByOne(SessionManager manager, String id) {
    int[] accounts = accounts();
    return manager.inSession(
        options(),
        s ->
            s.execute(MOVE, -1L, accounts[0])
                .then(s.execute(MOVE, 1L, accounts[1]))
                .then(s.execute(INSERT, id))
                .then(s.execute(INSERT, id + " again")));
  }

  private static Mono<Long> inBatches(SessionManager manager, String id) {
    int[] accounts = accounts();
    Object[] take = {-1L, accounts[0]};
    Object[] give = {1L, accounts[1]};
    Object[] record = {id};
    Object[] second = {id + " again"};
    return manager.inSession(
        options(),
        s -> s.batch(MOVE, Flux.just(take, give)).then(s.batch(INSERT, Flux.just(record, second))));
  }

  private static Mono<Long> inOneFlight(SessionManager manager, String id) {
    int from = accounts()[0];
    return manager.execute(
        options(),
        "WITH moved AS (UPDATE account SET balance = balance + CASE id WHEN $1 THEN 1 ELSE -1 END"
            + " WHERE id IN ($1, $2)) INSERT INTO transfer VALUES ($3), ($3 || ' again')",
        from,
        from % ACCOUNTS + 1,
        id);
  }

  private static void faults(TestDatabase database, WireProxy proxy, Instant end) {
    Random random = new Random(SEED);
    List<Runnable> faults =
        List.of(
            () ->
                database.admin(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE"
                        + " application_name = 'warmpool' ORDER BY random() LIMIT 2"),
            proxy::cutAll,
            proxy::blackHole,
            proxy::resetOnNextWrite,
            () -> cutInsteadOfAnswering(proxy, "COMMIT"),
            () -> cutInsteadOfAnswering(proxy, "WITH moved"),
            () -> restart(database));
    Stream.generate(() -> faults.get(random.nextInt(faults.size())))
        .takeWhile(fault -> Instant.now().isBefore(end))
        .forEach(
            fault -> {
              fault.run();
              Mono.delay(Duration.ofMillis(100 + random.nextInt(500))).block();
            });
  }

  private static void cutInsteadOfAnswering(WireProxy proxy, String text) {
    proxy.cutBeforeAnswerTo(message -> message.text().startsWith(text));
    Mono.delay(Duration.ofMillis(20)).block();
    proxy.cutBeforeAnswerTo(message -> false);
  }

  private static void restart(TestDatabase database) {
    database.server().stop();
    database.server().start();
  }
}
