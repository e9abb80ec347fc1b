package dev.warmpool.local.runtime;

import dev.warmpool.local.Output;
import dev.warmpool.local.template.FunctionDefinition;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An execution environment with Lambda's lifecycle: an init phase, then one invocation after
 * another. A time-out or a crash resets it: the next invocation starts a new process in it.
 * Thread-safe; runs as many invocations at once as its settings allow.
 */
final class ExecutionEnvironment implements AutoCloseable {

  /** Lambda's limit on the init phase; one that takes longer is repeated by the invocation. */
  private static final Duration INIT_LIMIT = Duration.ofSeconds(10);

  /** Lambda's limit on an init phase before a snapshot and in managed instances. */
  private static final Duration LONG_INIT_LIMIT = Duration.ofSeconds(130);

  /** Lambda's limit on a restore with its hooks. */
  private static final Duration RESTORE_LIMIT = Duration.ofSeconds(10);

  private final LaunchContext launch;
  private final FunctionDefinition function;
  private final int number;
  private final Kind kind;
  private final Optional<DatabaseProxy> proxy;
  private final EnvironmentUsage usage;
  private final ReentrantLock preparing = new ReentrantLock();
  private volatile RuntimeProcess process;

  /**
   * What distinguishes environments of one function.
   *
   * @param version version of the archive
   * @param tenant tenant whose requests it serves; empty if it serves any
   */
  record Kind(int version, Optional<String> tenant) {}

  ExecutionEnvironment(LaunchContext launch, FunctionDefinition function, int number, Kind kind) {
    this.launch = launch;
    this.kind = kind;
    this.number = number;
    this.usage = new EnvironmentUsage(launch);
    this.proxy =
        launch.settings().cuts() || launch.settings().counts()
            ? Optional.of(DatabaseProxy.of(function.environment()))
            : Optional.empty();
    this.function =
        proxy.map(p -> function.with(p.variables(function.environment()))).orElse(function);
    this.process = start();
  }

  private RuntimeProcess start() {
    Runnable whileFrozen =
        () -> proxy.filter(p -> launch.settings().cuts()).ifPresent(DatabaseProxy::cut);
    return new RuntimeProcess(launch, function, number, whileFrozen);
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

  Kind kind() {
    return kind;
  }

  EnvironmentUsage usage() {
    return usage;
  }

  /** Open connections to the database; empty without a proxy that counts them. */
  OptionalInt connections() {
    return proxy.map(p -> OptionalInt.of(p.connections())).orElseGet(OptionalInt::empty);
  }

  /** Waits for the end of the init phase. */
  void initialize() throws InterruptedException {
    process.phases().awaitInit(initLimit());
  }

  private Duration initLimit() {
    return launch.settings().type() == InitializationType.ON_DEMAND ? INIT_LIMIT : LONG_INIT_LIMIT;
  }

  /** Runs one invocation and waits for its result: a response, an error, or the process's end. */
  InvocationResult invoke(InvocationRequest request) throws InterruptedException {
    Invocation invocation = new Invocation(request, Duration.ofSeconds(function.timeoutSeconds()));
    invocation.log("START RequestId: " + invocation.id() + " Version: $LATEST");
    launch.observers().began(invocation.id(), process.identity(), Instant.now());
    try {
      prepare(invocation);
      run(invocation);
    } catch (TimeoutException e) {
      invocation.response().complete(LambdaErrors.timedOut(invocation, function.timeoutSeconds()));
      timedOut(invocation);
    } finally {
      end(invocation);
    }
    Invocation.Response response = invocation.response().join();
    return new InvocationResult(
        invocation.id(), response.payload(), response.failed(), invocation.logTail());
  }

  /** Makes sure that a process is ready for an event. One invocation at a time does this. */
  private void prepare(Invocation invocation) throws InterruptedException, TimeoutException {
    preparing.lockInterruptibly();
    try {
      if (!process.isAlive()) {
        reset(invocation);
      }
      process.log().begin(invocation);
      if (!process.phases().isInitialized()) {
        initialize(invocation);
      }
      if (process.isAtCheckpoint() && process.isAlive()) {
        restore(invocation);
      }
    } finally {
      preparing.unlock();
    }
  }

  /** Starts a new process. Its init phase counts as the invocation's own time, as on Lambda. */
  private void reset(Invocation invocation) throws InterruptedException, TimeoutException {
    process.close();
    process = start();
    if (launch.settings().type() == InitializationType.ON_DEMAND) {
      process.log().begin(invocation);
      invocation.begin();
      if (!process.phases().awaitInit(invocation.remaining()) && process.isAlive()) {
        throw new TimeoutException();
      }
    }
  }

  private void initialize(Invocation invocation) throws InterruptedException, TimeoutException {
    if (process.phases().awaitInit(initLimit())) {
      if (!process.isAtCheckpoint()) { // before a snapshot it is the published version's init phase
        invocation.initialized(process.phases().initMillis());
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
      invocation.response().complete(LambdaErrors.notRestored(invocation, RESTORE_LIMIT));
      process.close();
    }
  }

  private void run(Invocation invocation) throws InterruptedException, TimeoutException {
    if (!process.isAlive()) {
      invocation.response().complete(process.failure(invocation));
      return;
    }
    invocation.begin();
    long before = roundTrips();
    process.deliver(invocation);
    ProcessPhases.await(invocation.response(), invocation.remaining());
    if (launch.settings().type() != InitializationType.MANAGED_INSTANCES) {
      // Work after the response counts as the invocation's time, too.
      process.phases().awaitIdle(invocation.remaining());
    }
    if (proxy.isPresent() && launch.concurrency() == 1) {
      invocation.roundTrips(roundTrips() - before);
    }
  }

  private long roundTrips() {
    return proxy.map(DatabaseProxy::roundTrips).orElse(0L);
  }

  /** In a managed instance the process goes on; in any other environment it is ended. */
  private void timedOut(Invocation invocation) {
    if (launch.settings().type() == InitializationType.MANAGED_INSTANCES) {
      process.forget(invocation);
    } else {
      process.expectEnd(EnvironmentState.TIMED_OUT);
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

  /** Starts the shutdown and does not wait. */
  void terminate() {
    process.expectEnd(EnvironmentState.ENDED);
    process.terminate();
  }

  /** Shuts the process down as Lambda does and waits for its end. */
  @Override
  public void close() {
    process.expectEnd(EnvironmentState.ENDED);
    process.close();
    proxy.ifPresent(DatabaseProxy::close);
  }
}
