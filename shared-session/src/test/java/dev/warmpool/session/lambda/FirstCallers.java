package dev.warmpool.session.lambda;

import dev.warmpool.session.SessionManager;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A process with 64 concurrent first callers, twice: prints how many different managers or errors
 * they got, and the class of one.
 */
final class FirstCallers {

  private static final int CALLERS = 64;

  private FirstCallers() {}

  public static void main(String[] arguments) throws InterruptedException {
    Set<Object> got = Collections.newSetFromMap(new IdentityHashMap<>());
    ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
    List<Callable<SessionManager>> calls = Collections.nCopies(CALLERS, SharedSessions::manager);
    for (int wave = 0; wave < 2; wave++) {
      for (Future<SessionManager> call : callers.invokeAll(calls)) {
        got.add(outcome(call));
      }
    }
    callers.shutdown();
    System.out.println(got.size() + " " + got.iterator().next().getClass().getSimpleName());
  }

  private static Object outcome(Future<SessionManager> call) throws InterruptedException {
    try {
      return call.get();
    } catch (ExecutionException e) {
      return e.getCause();
    }
  }
}
