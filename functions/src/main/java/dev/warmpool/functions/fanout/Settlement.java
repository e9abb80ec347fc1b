package dev.warmpool.functions.fanout;

import dev.warmpool.functions.fanout.MessageQueue.Message;
import dev.warmpool.functions.fanout.Progress.State;
import dev.warmpool.session.Deadline;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Decides what becomes of a message after its tenants were worked on:
 *
 * <ul>
 *   <li>Tenants that failed or were busy come again with the message. At its last delivery the
 *       failed ones go to the dead letters, each with its reason, and both are recorded.
 *   <li>Tenants for which time was short go on in a new message, which is not counted as a failed
 *       delivery, unless the old one comes again anyway.
 * </ul>
 *
 * <p>Immutable.
 */
final class Settlement {

  /** Equals {@code maxReceiveCount} of the queue in the template. */
  static final int MAX_RECEIVES = 3;

  private static final Logger LOG = LoggerFactory.getLogger(Settlement.class);

  private static final String BUSY =
      "another run held the tenant, or another transaction rows of it";

  private final Runs runs;
  private final FanOutSettings settings;
  private final Deadline deadline;

  Settlement(Runs runs, FanOutSettings settings, Deadline deadline) {
    this.runs = runs;
    this.settings = settings;
    this.deadline = deadline;
  }

  /** Returns whether the message is settled; it has to come again if it is not. */
  Mono<Boolean> settle(Run run, List<TenantResult> results, int receiveCount) {
    List<TenantResult> failed = with(State.FAILED, results);
    List<TenantResult> busy = with(State.BUSY, results);
    List<TenantResult> left = with(State.RUNNING, results);
    LOG.info(
        "{} {}: {} done, {} failed, {} busy, {} left",
        run.job(),
        run.id(),
        results.size() - failed.size() - busy.size() - left.size(),
        failed.size(),
        busy.size(),
        left.size());
    boolean isLast = receiveCount >= MAX_RECEIVES;
    if (!isLast && failed.size() + busy.size() > 0) {
      return record(run, failed, "pending").then(record(run, busy, "pending")).thenReturn(false);
    }
    return bury(run, failed)
        .filter(buried -> buried)
        .flatMap(
            buried ->
                record(run, failed, "failed").then(record(run, busy, "busy")).then(goOn(run, left)))
        .defaultIfEmpty(false);
  }

  private static List<TenantResult> with(State state, List<TenantResult> results) {
    return results.stream().filter(result -> result.is(state)).toList();
  }

  private Mono<Void> record(Run run, List<TenantResult> results, String state) {
    return Flux.fromIterable(results)
        .concatMap(
            result -> runs.attempt(run.id(), result.tenant(), reason(result).reason(), state))
        .then();
  }

  private static Failure reason(TenantResult result) {
    return result.progress().failure().orElse(new Failure(BUSY, ""));
  }

  /** Sends each failed tenant to the dead letters; returns whether all of them arrived. */
  private Mono<Boolean> bury(Run run, List<TenantResult> failed) {
    if (failed.isEmpty()) {
      return Mono.just(true);
    }
    List<Message> letters = failed.stream().map(result -> letter(run, result)).toList();
    return settings
        .deadLetters()
        .map(queue -> new Sender(queue, deadline).send(letters).map(Map::isEmpty))
        .orElse(Mono.just(false));
  }

  /** A message of the run again, so that it works when it is moved back to the queue. */
  private static Message letter(Run run, TenantResult result) {
    Failure failure = reason(result);
    Map<String, String> attributes = new LinkedHashMap<>();
    attributes.put("job", run.job());
    attributes.put("run", run.id().toString());
    attributes.put("reason", failure.reason());
    if (!failure.sqlState().isEmpty()) {
      attributes.put("SQLSTATE", failure.sqlState());
    }
    return new RunMessage(run.id(), List.of(result.tenant())).message(attributes);
  }

  private Mono<Boolean> goOn(Run run, List<TenantResult> left) {
    if (left.isEmpty()) {
      return Mono.just(true);
    }
    if (settings.queue().isEmpty()) {
      return Mono.just(false);
    }
    List<String> tenants = left.stream().map(TenantResult::tenant).toList();
    Message rest = new RunMessage(run.id(), tenants).message(Map.of("job", run.job()));
    return new Sender(settings.queue().get(), deadline).send(List.of(rest)).map(Map::isEmpty);
  }
}
