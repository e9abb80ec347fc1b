package dev.warmpool.functions.fanout;

import com.amazonaws.services.lambda.runtime.events.SQSEvent.SQSMessage;
import dev.warmpool.functions.fanout.MessageQueue.Message;
import dev.warmpool.session.Deadline;
import dev.warmpool.session.Session;
import dev.warmpool.session.SessionManager;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Works through the tenants of messages in one invocation. Thread-safe. */
final class Delivery {

  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

  private static final String RECEIVE_COUNT = "ApproximateReceiveCount";

  /** Time that must be left before work in another tenant begins. */
  private static final Duration LEAST_TIME = Duration.ofSeconds(1);

  private final Runs runs;
  private final FanOutSettings settings;
  private final TenantWork.Finder finder;
  private final Deadline deadline;
  private final Deadline workDeadline;
  private final AtomicBoolean begun = new AtomicBoolean();

  Delivery(
      SessionManager sessions,
      FanOutSettings settings,
      TenantWork.Finder finder,
      Deadline deadline) {
    this.runs = new Runs(sessions, deadline);
    this.settings = settings;
    this.finder = finder;
    this.deadline = deadline;
    this.workDeadline = KeptBack.of(deadline);
  }

  /**
   * Returns whether no tenant can be begun. Messages must not be sent on then: they would come back
   * without end.
   */
  boolean isTooShort() {
    return workDeadline.remaining().compareTo(LEAST_TIME) < 0;
  }

  /**
   * Works through a message.
   *
   * @return whether the message is settled: done, or taken over by other messages
   */
  Mono<Boolean> settle(SQSMessage message) {
    return Mono.fromCallable(() -> RunMessage.of(message.getBody()))
        .flatMap(runs::open)
        .flatMap(open -> settle(open, receiveCount(message)))
        .onErrorResume(RefusedMessageException.class, refusal -> refuse(message, refusal));
  }

  private Mono<Boolean> settle(Runs.OpenTenants open, int receiveCount) {
    TenantWork work = work(open.run());
    return Flux.fromIterable(open.tenants())
        .concatMap(tenant -> work(work, open.run(), tenant))
        .collectList()
        .flatMap(
            results ->
                new Settlement(runs, settings, deadline).settle(open.run(), results, receiveCount));
  }

  private TenantWork work(Run run) {
    try {
      return finder.of(run);
    } catch (IllegalArgumentException e) {
      throw new RefusedMessageException(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Never fails: an error is a part of the result. The first tenant of an invocation has all of its
   * time: if not one transaction ends in it, the tenant has failed, or its message would be sent on
   * without end.
   */
  private Mono<TenantResult> work(TenantWork work, Run run, String tenant) {
    boolean isFirst = begun.compareAndSet(false, true);
    if (isTooShort() && !isFirst) {
      return Mono.just(new TenantResult(tenant, Progress.NONE));
    }
    return work.run(new RecordedTenant(run.id(), tenant), workDeadline)
        .onErrorResume(
            error -> {
              LOG.error("{} failed in tenant {}", run.job(), tenant, error);
              return Mono.just(Progress.NONE.failed(error));
            })
        .map(progress -> isFirst ? orTooShort(progress) : progress)
        .map(progress -> new TenantResult(tenant, progress));
  }

  private static Progress orTooShort(Progress progress) {
    boolean isWithoutWork = !progress.hasEnded() && progress.batches() == 0;
    return isWithoutWork
        ? progress.failed(
            new IllegalStateException("no transaction ended in the time of one invocation"))
        : progress;
  }

  private static int receiveCount(SQSMessage message) {
    String count =
        Optional.ofNullable(message.getAttributes())
            .map(attributes -> attributes.get(RECEIVE_COUNT))
            .orElse("");
    return count.matches("\\d{1,9}") ? Integer.parseInt(count) : 1;
  }

  /** Sends the message to the dead letters as it is, without waiting for its last delivery. */
  private Mono<Boolean> refuse(SQSMessage message, RefusedMessageException refusal) {
    LOG.error("The message {} is refused: {}", message.getMessageId(), refusal.getMessage());
    String body =
        message.getBody() == null || message.getBody().isEmpty() ? " " : message.getBody();
    Failure failure = new Failure(String.valueOf(refusal.getMessage()), "");
    Message letter = new Message(body, Map.of("reason", failure.reason()));
    return settings
        .deadLetters()
        .map(queue -> new Sender(queue, deadline).send(List.of(letter)).map(Map::isEmpty))
        .orElse(Mono.just(false));
  }

  /** A tenant of a recorded run. */
  private record RecordedTenant(UUID run, String tenant) implements TenantRecord {

    @Override
    public Mono<Boolean> isDone(Session session) {
      return RunQueries.isDone(session, run, tenant);
    }

    @Override
    public Mono<Void> batch(Session session, long rows, Progress.State after) {
      return RunQueries.batch(session, run, tenant, rows, after == Progress.State.DONE);
    }
  }
}
