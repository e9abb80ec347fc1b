package dev.warmpool.session;

import dev.warmpool.session.blocking.BlockingSessions;
import dev.warmpool.session.manager.SessionManagers;
import dev.warmpool.session.settings.SessionSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import reactor.blockhound.BlockHound;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * A process in which BlockHound detects blocking calls on threads that must not block: runs every
 * kind of session, prints the calls, and exits with 1 if there are any, with 2 if detection fails.
 */
final class WatchedSessions {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int ROUNDS = 20;

  private static final Set<String> BLOCKING = ConcurrentHashMap.newKeySet();

  private WatchedSessions() {}

  public static void main(String[] arguments) {
    BlockHound.builder()
        .loadIntegrations()
        .allowBlockingCallsInside(ThreadPoolExecutor.class.getName(), "getTask") // not called yet
        .blockingMethodCallback(method -> noticed(method.toString()))
        .install();
    if (!isWatching()) {
      System.out.println("nothing is noticed at all");
      System.exit(2);
    }
    for (String binding : new String[] {"transaction", "startup"}) {
      run(binding);
    }
    new TreeSet<>(BLOCKING).forEach(System.out::println);
    System.exit(BLOCKING.isEmpty() ? 0 : 1);
  }

  /** Notes a call, unless a class's initializer makes it, which happens once. */
  private static void noticed(String method) {
    StackTraceElement[] frames = new Throwable().getStackTrace();
    if (Stream.of(frames).noneMatch(frame -> frame.getMethodName().equals("<clinit>"))) {
      String thread = Thread.currentThread().getName();
      BLOCKING.add(
          Stream.of(frames)
              .map(String::valueOf)
              .collect(Collectors.joining("\n  at ", method + " on " + thread + "\n  at ", "")));
    }
  }

  /** Whether a call that blocks a non-blocking thread is detected; clears the list. */
  private static boolean isWatching() {
    Mono.fromRunnable(WatchedSessions::sleep).subscribeOn(Schedulers.parallel()).block(LIMIT);
    boolean noticed = !BLOCKING.isEmpty();
    BLOCKING.clear();
    return noticed;
  }

  private static void sleep() {
    try {
      Thread.sleep(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void run(String binding) {
    Map<String, String> environment = new TreeMap<>(System.getenv());
    environment.put("SCHEMA_BINDING", binding);
    environment.put("POOL_SIZE", "2");
    environment.put("POOL_TIMEOUT", "30");
    SessionManager manager =
        SessionManagers.create(SessionSettings.from(environment), PasswordSource.fixed("postgres"));
    SessionOptions standard = SessionOptions.standard();
    Flux.just(standard, standard.readOnly(), standard.snapshot())
        .repeat(ROUNDS)
        .flatMap(options -> all(manager, options.by(Deadline.after(LIMIT))), 8)
        .blockLast(LIMIT);
    Flux.range(0, ROUNDS)
        .flatMap(
            i -> // several at once, so that the watched background thread runs the loop for them
            Mono.fromCallable(() -> waitFor(manager.blocking(), standard))
                    .subscribeOn(Schedulers.boundedElastic()),
            4)
        .blockLast(LIMIT);
    manager.quiesce(LIMIT).block(LIMIT);
    manager.close(LIMIT).block(LIMIT);
  }

  /** A session on a thread that may block, with all that such a session can do. */
  private static boolean waitFor(BlockingSessions sessions, SessionOptions options)
      throws IOException {
    sessions.useSession(
        options,
        session -> {
          session.execute("CREATE TEMP TABLE watched (n int)");
          session.batch("INSERT INTO watched VALUES ($1)", List.<Object[]>of(new Object[] {1}));
          session.copyIn("COPY watched FROM STDIN", Files.newInputStream(numbers()));
          session.savepoint(part -> part.execute("SELECT 1"));
          session.query("SELECT n FROM watched", row -> row.get(0)).stream()
              .forEach(row -> sleep());
        });
    return true;
  }

  private static Path numbers() throws IOException {
    Path file = Files.createTempFile("numbers", ".txt");
    file.toFile().deleteOnExit();
    return Files.writeString(file, "1\n2\n3\n");
  }

  /** Sessions that succeed, fail, are cancelled and pass their deadline. */
  private static Mono<Void> all(SessionManager manager, SessionOptions options) {
    Mono<?> failing = manager.inSession(options, s -> s.execute("SELECT 1/0"));
    Mono<?> sleeping = manager.inSession(options, s -> s.execute("SELECT pg_sleep(1)"));
    Mono<?> late =
        manager.inSession(
            options.by(Deadline.after(Duration.ofMillis(20))),
            s -> s.execute("SELECT pg_sleep(1)"));
    return manager
        .inSession(options, TestDatabase::pid)
        .then(failing.onErrorComplete())
        .then(sleeping.timeout(Duration.ofMillis(10), Mono.empty()))
        .then(late.onErrorComplete())
        .then();
  }
}
