package dev.warmpool.session;

import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.WireProxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A process whose sessions meet one fault after another. It writes the name of each situation
 * before the lines that are logged in it.
 */
final class LoggedSessions {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final SessionOptions STANDARD = SessionOptions.standard();

  /** How many cancels, at moments from the first message to after the last. */
  private static final int CANCELS = 40;

  private LoggedSessions() {}

  /** What happens around sessions. */
  enum Situation {
    NOTHING {
      @Override
      void meet(Faults faults) {
        faults.session(STANDARD);
      }
    },
    KILLED_WHILE_IDLE {
      @Override
      void meet(Faults faults) {
        faults.session(STANDARD);
        faults.database().killAll();
        faults.session(STANDARD);
      }
    },
    RESET_WHILE_IDLE {
      @Override
      void meet(Faults faults) {
        faults.session(STANDARD);
        faults.proxy().resetOnNextWrite();
        faults.session(STANDARD);
      }
    },
    SERVER_RESTARTED {
      @Override
      void meet(Faults faults) {
        faults.session(STANDARD);
        faults.database().server().stop();
        faults.database().server().start();
        faults.session(STANDARD);
      }
    },
    BLACK_HOLE {
      @Override
      void meet(Faults faults) {
        faults.session(STANDARD);
        faults.proxy().blackHole();
        faults.session(STANDARD);
      }
    },
    KILLED_IN_A_STATEMENT {
      @Override
      void meet(Faults faults) {
        faults.run(
            faults
                .manager()
                .inSession(
                    STANDARD, s -> s.execute("SELECT pg_terminate_backend(pg_backend_pid())")));
      }
    },
    CUT_IN_A_STATEMENT {
      @Override
      void meet(Faults faults) {
        faults.proxy().cutBeforeAnswerTo(message -> message.text().contains("pg_sleep"));
        faults.run(
            faults
                .manager()
                .inSession(
                    STANDARD, s -> s.execute("SELECT 1").then(s.execute("SELECT pg_sleep(0)"))));
      }
    },
    COMMIT_UNANSWERED {
      @Override
      void meet(Faults faults) {
        faults.proxy().cutBeforeAnswerTo(message -> message.text().equals("COMMIT"));
        faults.run(faults.manager().inSession(STANDARD, s -> s.execute("SELECT 1")));
      }
    },
    REFUSED("POSTGRES_PORT", "1") {
      @Override
      void meet(Faults faults) {
        faults.session(STANDARD);
      }
    },
    UNKNOWN_ROLE("POSTGRES_USER", "nobody") {
      @Override
      void meet(Faults faults) {
        faults.session(STANDARD);
      }
    },
    EXHAUSTED {
      @Override
      void meet(Faults faults) {
        Mono<Void> inner = faults.manager().inSession(STANDARD, TestDatabase::pid).then();
        faults.run(
            faults.manager().inSession(STANDARD, s -> TestDatabase.pid(s).flatMap(pid -> inner)));
      }
    },
    DEADLINE {
      @Override
      void meet(Faults faults) {
        SessionOptions brief = STANDARD.by(Deadline.after(Duration.ofMillis(200)));
        faults.run(faults.manager().inSession(brief, s -> s.execute("SELECT pg_sleep(20)")));
        faults.session(STANDARD);
      }
    },
    CANCELLED {
      @Override
      void meet(Faults faults) {
        for (int i = 0; i < CANCELS; i++) {
          Mono<Long> work =
              faults
                  .manager()
                  .inSession(STANDARD, s -> s.execute("SELECT 1").then(s.execute("SELECT 2")));
          faults.run(work.timeout(Duration.ofNanos(100_000L * i), Mono.empty()));
          faults.run(faults.manager().quiesce(LIMIT));
        }
      }
    },
    FAILED_STATEMENT {
      @Override
      void meet(Faults faults) {
        faults.run(faults.manager().inSession(STANDARD, s -> s.execute("SELECT 1/0")));
        faults.run(faults.manager().inSession(STANDARD.readOnly(), s -> s.execute("SELECT 1/0")));
      }
    },
    UNKNOWN_SCHEMA {
      @Override
      void meet(Faults faults) {
        faults.session(STANDARD);
        faults.session(STANDARD.in(new Schema("nowhere")));
      }
    },
    CLOSED_IN_A_STATEMENT {
      @Override
      void meet(Faults faults) {
        Mono<Long> running =
            faults.manager().inSession(STANDARD, s -> s.execute("SELECT pg_sleep(1)"));
        faults.run(Flux.merge(running.then(), faults.manager().close(Duration.ZERO)).then());
      }
    };

    private final Map<String, String> settings;

    Situation(String... settings) {
      this.settings = settings.length == 0 ? Map.of() : Map.of(settings[0], settings[1]);
    }

    abstract void meet(Faults faults);
  }

  /** What a situation is made with. */
  private record Faults(TestDatabase database, WireProxy proxy, SessionManager manager) {

    void session(SessionOptions options) {
      run(manager.inSession(options, TestDatabase::pid));
    }

    /** The outcome is the caller's: only what is logged counts. */
    void run(Mono<?> work) {
      manager.await(work.then().onErrorComplete(), LIMIT);
    }
  }

  public static void main(String[] arguments) {
    try (PostgresServer server = PostgresServer.with(Map.of())) {
      TestDatabase database = new TestDatabase(server);
      for (Situation situation : Situation.values()) {
        System.err.println("== " + situation);
        meet(situation, database);
      }
      System.err.println("== END");
    }
    System.exit(0);
  }

  private static void meet(Situation situation, TestDatabase database) {
    try (WireProxy proxy = WireProxy.to(database.server().port())) {
      Map<String, String> settings =
          new HashMap<>(
              Map.of(
                  "POSTGRES_PORT", Integer.toString(proxy.port()),
                  "POOL_TIMEOUT", "1",
                  "MAX_OVERFLOW", "0",
                  "OPENING_TIMEOUT", "0.5"));
      settings.putAll(situation.settings);
      SessionManager manager = database.manager("public", settings);
      Faults faults = new Faults(database, proxy, manager);
      situation.meet(faults);
      faults.run(manager.quiesce(LIMIT));
      TestDatabase.end(manager);
    }
  }
}
