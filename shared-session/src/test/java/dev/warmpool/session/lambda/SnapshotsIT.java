package dev.warmpool.session.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.Credentials;
import dev.warmpool.session.PasswordSource;
import dev.warmpool.session.Session;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.manager.SessionManagers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.crac.Core;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Runs the hooks around a snapshot, in this process instead of a restored one. */
class SnapshotsIT {

  private static final Duration BOUND = Duration.ofSeconds(20);

  private final EnvironmentDatabase database = new EnvironmentDatabase();
  private final CountingPasswords passwords = new CountingPasswords();
  private final List<SessionManager> managers = new ArrayList<>();

  /** Counts fetches; caches the password until it is told to forget it. */
  private static final class CountingPasswords implements PasswordSource {

    private final AtomicInteger fetched = new AtomicInteger();
    private volatile boolean cached;

    @Override
    public Mono<Credentials> credentials() {
      return Mono.fromSupplier(
          () -> {
            if (!cached) {
              cached = true;
              fetched.incrementAndGet();
            }
            return new Credentials(null, "postgres");
          });
    }

    @Override
    public boolean forget(Credentials refused) {
      return false;
    }

    @Override
    public void forgetAll() {
      cached = false;
    }
  }

  @BeforeEach
  void awaitNoConnections() {
    Awaitility.await().until(() -> database.server().states().isEmpty());
  }

  @AfterEach
  void stop() {
    managers.forEach(manager -> manager.close(BOUND).block());
  }

  private SessionManager manager(Map<String, String> changes) {
    SessionManager manager = SessionManagers.create(database.settings(changes), passwords);
    managers.add(manager);
    return manager;
  }

  private static Mono<Integer> pid(Session session) {
    return session.query("SELECT pg_backend_pid()", row -> row.get(0, Integer.class)).single();
  }

  private static int pid(SessionManager manager) {
    return manager.inSession(SessionOptions.standard(), SnapshotsIT::pid).block(BOUND);
  }

  @Test
  void primesAndHoldsNoConnectionAtTheCheckpoint() {
    SessionManager manager = manager(Map.of());
    List<Integer> primed = new ArrayList<>();
    Snapshots snapshots = new Snapshots(() -> manager);
    snapshots.prime(() -> primed.add(pid(manager)));
    snapshots.beforeCheckpoint(Core.getGlobalContext());
    assertThat(primed).hasSize(1);
    assertThat(manager.stats().idle() + manager.stats().acquired()).isZero();
    assertThat(passwords.cached).isFalse();
    Awaitility.await()
        .atMost(Duration.ofSeconds(1))
        .until(() -> database.server().states().isEmpty());
  }

  @Test
  void opensOneConnectionForTheFirstRequestAfterARestore() {
    SessionManager manager = manager(Map.of());
    Snapshots snapshots = new Snapshots(() -> manager);
    snapshots.beforeCheckpoint(Core.getGlobalContext());
    snapshots.afterRestore(Core.getGlobalContext());
    int fetched = passwords.fetched.get();
    long opened = manager.stats().opened();
    pid(manager);
    assertThat(manager.stats().opened()).isEqualTo(opened + 1);
    assertThat(passwords.fetched.get()).isEqualTo(fetched + 1);
  }

  @Test
  void sharesNoConnectionBetweenTwoRestoresOfOneCheckpoint() {
    SessionManager one = manager(Map.of());
    new Snapshots(() -> one).beforeCheckpoint(Core.getGlobalContext());
    SessionManager two = manager(Map.of()); // the same settings and source of passwords
    for (SessionManager restored : List.of(one, two)) {
      new Snapshots(() -> restored).afterRestore(Core.getGlobalContext());
    }
    CountDownLatch both = new CountDownLatch(2);
    List<Integer> pids =
        Flux.just(one, two)
            .flatMap(
                manager ->
                    manager.inSession(
                        SessionOptions.standard(),
                        session ->
                            pid(session)
                                .doOnNext(pid -> both.countDown())
                                .delayUntil(
                                    pid ->
                                        Flux.interval(Duration.ofMillis(5))
                                            .takeUntil(tick -> both.getCount() == 0)
                                            .then())))
            .collectList()
            .block(BOUND);
    assertThat(pids).hasSize(2).doesNotHaveDuplicates();
    one.close(BOUND).block();
    assertThat(pid(two)).isIn(pids);
  }

  @Test
  void closesAConnectionThatWasOpenedAfterTheCheckpoint() {
    SessionManager manager = manager(Map.of());
    Snapshots snapshots = new Snapshots(() -> manager);
    snapshots.beforeCheckpoint(Core.getGlobalContext());
    int shared = pid(manager);
    snapshots.afterRestore(Core.getGlobalContext());
    assertThat(pid(manager)).isNotEqualTo(shared);
  }

  @Test
  void takesASnapshotWithoutADatabase() {
    SessionManager manager = manager(Map.of("POSTGRES_PORT", "1", "POOL_TIMEOUT", "1"));
    Snapshots snapshots = new Snapshots(() -> manager);
    snapshots.beforeCheckpoint(Core.getGlobalContext());
    snapshots.afterRestore(Core.getGlobalContext());
    assertThat(manager.stats().sessions()).isZero();
  }

  @Test
  void takesASnapshotWithoutValidSettings() {
    Snapshots snapshots =
        new Snapshots(
            () -> {
              throw new IllegalStateException("no settings");
            });
    snapshots.beforeCheckpoint(Core.getGlobalContext());
    snapshots.afterRestore(Core.getGlobalContext());
  }
}
