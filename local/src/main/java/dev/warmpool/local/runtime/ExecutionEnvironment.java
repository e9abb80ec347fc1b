package dev.warmpool.local.runtime;

import dev.warmpool.local.Output;
import dev.warmpool.local.template.FunctionDefinition;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalInt;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * An execution environment as Lambda runs it: initialised, invoked again and again, reset after a
 * time-out or a crash, when a new process takes the old one's place inside the next invocation.
 * Thread-safe; takes as many invocations at once as its settings say.
 */
final class ExecutionEnvironment implements AutoCloseable {

  /** Lambda's limit on the init phase; the next invocation repeats one that takes longer. */
  private static final Duration INIT_LIMIT = Duration.ofSeconds(10);

  /** The same where nobody waits for it: before a snapshot, and in managed instances. */
  private static final Duration LONG_INIT_LIMIT = Duration.ofSeconds(130);

  /** Lambda's limit on the hooks that run after a restore. */
  private static final Duration RESTORE_LIMIT = Duration.ofSeconds(10);

  private final LaunchContext launch;
  private final FunctionDefinition function;
  private final int number;
  private final @Nullable DatabaseProxy forwarder;
  private final long born = System.nanoTime();
  private final ReentrantLock preparing = new ReentrantLock();
  private volatile RuntimeProcess process;
  private volatile long used = born;
  private int taken;

  ExecutionEnvironment(LaunchContext launch, FunctionDefinition function, int number) {
    this.launch = launch;
    this.number = number;
    boolean between = launch.settings().cuts() || launch.settings().counts();
    this.forwarder = between ? DatabaseProxy.of(function.environment()) : null;
    this.function =
        forwarder == null ? function : function.with(forwarder.variables(function.environment()));
    this.process = start();
  }

  private RuntimeProcess start() {
    DatabaseProxy between = forwarder;
    boolean cuts = launch.settings().cuts() && between != null;
    Runnable frozen = cuts ? between::cut : () -> {};
    return new RuntimeProcess(launch, function, number, frozen);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.identity().pid();
  }

  int number() {
    return number;
  }

  /** Connections that it holds to the database; empty where nothing stands between to count. */
  OptionalInt connections() {
    return forwarder == null ? OptionalInt.empty() : OptionalInt.of(forwarder.connections());
  }

  /** Counts one more invocation, and says whether there is room for another. */
  boolean take() {
    return ++taken < launch.concurrency();
  }

  /** Counts one less. */
  void putBack() {
    used = System.nanoTime();
    taken--;
  }

  /** Whether it takes no more events. */
  boolean isTooOld() {
    return System.nanoTime() - born > launch.settings().recycle().toNanos();
  }

  /** Whether nothing is asked of it and nothing more should be. */
  boolean isOver() {
    boolean unused = System.nanoTime() - used > launch.settings().idle().toNanos();
    return taken == 0 && (unused || isTooOld());
  }

  /** Waits for the end of its init phase. */
  void initialize() throws InterruptedException {
    process.awaitInit(initLimit());
  }

  private Duration initLimit() {
    return launch.settings().type() == InitializationType.ON_DEMAND ? INIT_LIMIT : LONG_INIT_LIMIT;
  }

  /** Runs one event; ends with an answer, an error of the function, or the end of the process. */
  InvocationResult invoke(byte[] payload) throws InterruptedException {
    Invocation invocation = new Invocation(payload, Duration.ofSeconds(function.timeoutSeconds()));
    invocation.log("START RequestId: " + invocation.id() + " Version: $LATEST");
    launch.observers().began(invocation.id(), process.identity(), Instant.now());
    try {
      prepare(invocation);
      run(invocation);
    } catch (TimeoutException e) {
      invocation.answer().complete(LambdaErrors.timedOut(invocation, function.timeoutSeconds()));
      timedOut(invocation);
    } finally {
      end(invocation);
    }
    Invocation.Response answer = invocation.answer().join();
    return new InvocationResult(
        invocation.id(), answer.payload(), answer.failed(), invocation.logTail());
  }

  /** Sees to it that there is a process that is ready for events; one caller at a time. */
  private void prepare(Invocation invocation) throws InterruptedException, TimeoutException {
    preparing.lockInterruptibly();
    try {
      if (!process.isAlive()) {
        reset(invocation);
      }
      process.log().begin(invocation);
      if (!process.isInitialized()) {
        initialize(invocation);
      }
      if (process.isAtCheckpoint() && process.isAlive()) {
        restore(invocation);
      }
    } finally {
      preparing.unlock();
    }
  }

  /** A new process in this environment; its init phase is the invocation's own time. */
  private void reset(Invocation invocation) throws InterruptedException, TimeoutException {
    process.close();
    process = start();
    if (launch.settings().type() == InitializationType.ON_DEMAND) {
      process.log().begin(invocation);
      invocation.begin();
      if (!process.awaitInit(invocation.remaining()) && process.isAlive()) {
        throw new TimeoutException();
      }
    }
  }

  private void initialize(Invocation invocation) throws InterruptedException, TimeoutException {
    if (process.awaitInit(initLimit())) {
      if (!process.isAtCheckpoint()) { // else it was when the version was published
        invocation.initialized(process.initMillis());
      }
    } else if (!invocation.hasBegun() && initLimit().equals(INIT_LIMIT)) {
      process.log().end(invocation);
      reset(invocation);
    }
  }

  private void restore(Invocation invocation) throws InterruptedException {
    try {
      long began = System.nanoTime();
      process.restore(RESTORE_LIMIT);
      invocation.restored((System.nanoTime() - began) / 1e6);
    } catch (TimeoutException e) {
      invocation.answer().complete(LambdaErrors.notRestored(invocation, RESTORE_LIMIT));
      process.close();
    }
  }

  private void run(Invocation invocation) throws InterruptedException, TimeoutException {
    if (!process.isAlive()) {
      invocation.answer().complete(process.failure(invocation));
      return;
    }
    invocation.begin();
    long before = roundTrips();
    process.deliver(invocation);
    RuntimeProcess.await(invocation.answer(), invocation.remaining());
    if (launch.settings().type() != InitializationType.MANAGED_INSTANCES) {
      process.awaitIdle(invocation.remaining()); // what it does after its answer is its time, too
    }
    if (forwarder != null && launch.concurrency() == 1) {
      invocation.tripped(roundTrips() - before);
    }
  }

  private long roundTrips() {
    return forwarder == null ? 0 : forwarder.roundTrips();
  }

  /** A managed instance goes on with what it does; any other environment is reset. */
  private void timedOut(Invocation invocation) {
    if (launch.settings().type() == InitializationType.MANAGED_INSTANCES) {
      process.forget(invocation);
    } else {
      process.close();
    }
  }

  private void end(Invocation invocation) {
    ReportLine report = invocation.report(function.memoryMegabytes(), PeakMemory.used(pid()));
    process.log().end(invocation);
    invocation.log("END RequestId: " + invocation.id());
    invocation.log(report.line(invocation.id()));
    Output.line(function.name() + "#" + number + " | " + report.line(invocation.id()));
    launch.observers().ended(invocation.reported(process.identity(), report));
  }

  /** Does not wait. */
  void terminate() {
    process.terminate();
  }

  /** Ends the process as Lambda does and waits for that. */
  @Override
  public void close() {
    process.close();
    if (forwarder != null) {
      forwarder.close();
    }
  }
}
