package dev.warmpool.local.template;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * An event source of a function: the messages of a queue. Immutable.
 *
 * @param name logical id of the event
 * @param function logical id of the function
 * @param queue ARN of the queue
 * @param batchSize limit on the messages of one invocation
 * @param window limit on the wait for a full batch; zero to take what is there
 * @param concurrency limit on invocations at once; empty if unset
 * @param reportsItemFailures whether the function's response names the messages that failed
 * @param enabled whether messages are received
 */
public record QueueEventDefinition(
    String name,
    String function,
    String queue,
    int batchSize,
    Duration window,
    OptionalInt concurrency,
    boolean reportsItemFailures,
    boolean enabled) {}
