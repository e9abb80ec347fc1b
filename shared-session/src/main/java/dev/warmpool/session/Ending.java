package dev.warmpool.session;

import dev.warmpool.session.SessionOptions.Kind;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * How a session of this kind ends on its connection: which message goes out, what is waited for and
 * for how long, what an error then means. Immutable.
 *
 * @param options the session's
 * @param block whether the session has a transaction block
 * @param alarms bound the waits
 */
record Ending(SessionOptions options, boolean block, Alarms alarms) {

  /** How long COMMIT may take in a session without a deadline. */
  private static final Duration UNBOUNDED = Duration.ofSeconds(30);

  /** What a commit that is under way at the deadline may still take. */
  private static final Duration COMMIT_GRACE = Duration.ofMillis(100);

  /** What rolling back and cleaning may take; then the connection is closed instead. */
  private static final Duration ROLLBACK_LIMIT = Duration.ofMillis(150);

  /** How long the end may take altogether when all is well. */
  Duration limit() {
    Deadline deadline = options.deadline();
    return deadline == null ? UNBOUNDED : deadline.remaining().plus(COMMIT_GRACE);
  }

  /** What the text of a statement did to the transaction, if anything. */
  @Nullable Throwable violation(Lease held) {
    return held.inTransaction() == block ? null : controlled(held);
  }

  /** The answers, of a text that may end the transaction; fail where it is another one then. */
  Flux<Object> verified(Lease held, Flux<Object> answers) {
    Mono<Object> check = held.check().cast(Object.class).onErrorMap(error -> controlled(held));
    return Flux.mergeSequential(answers, check);
  }

  private TransactionControlException controlled(Lease held) {
    held.breakOff();
    return new TransactionControlException(
        options.named()
            + (block
                ? " had its transaction ended by a statement's text: the session commits by itself"
                : " is read-only and had a transaction opened by a statement's text"));
  }

  /** The deadline's own error where one of the time-outs set from it struck on the server. */
  Throwable meaning(Throwable error) {
    Deadline deadline = options.deadline();
    boolean late = deadline != null && deadline.isPast();
    return late && Failures.isServerTimeout(error) ? deadlineExceeded(error) : error;
  }

  DeadlineExceededException deadlineExceeded(@Nullable Throwable cause) {
    return new DeadlineExceededException(
        options.named() + " was not over at its deadline: it has been rolled back", cause);
  }

  /** Commits and cleans, or sends the reset behind reads, and releases. */
  Mono<Void> well(Lease held) {
    if (options.kind() == Kind.READ_WRITE) {
      return new Commit(options, held, alarms)
          .within(limit())
          .onErrorResume(error -> badly(held).then(Mono.error(meaning(error))))
          .then(Mono.defer(held::release));
    }
    if (block) {
      return badly(held);
    }
    held.reset().subscribe(ignored -> {}, ignored -> {});
    return held.release();
  }

  /** Rolls back, cleans and releases; closes the connection where that is not to be had in time. */
  Mono<Void> badly(Lease held) {
    return held.isBroken()
        ? held.discard()
        : alarms
            .bound(held.rollBack(), ROLLBACK_LIMIT)
            .then(Mono.defer(held::release))
            .onErrorResume(error -> held.discard());
  }
}
