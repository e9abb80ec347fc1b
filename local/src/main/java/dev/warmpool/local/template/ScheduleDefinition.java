package dev.warmpool.local.template;

import org.jspecify.annotations.Nullable;

/**
 * A schedule. Immutable.
 *
 * @param name logical id of the event in its function
 * @param function logical id of the function it invokes
 * @param expression when it fires
 * @param zone the time zone of the expression
 * @param input the event it sends; null for the service's own
 * @param scheduler whether EventBridge Scheduler fires it, not a rule
 */
public record ScheduleDefinition(
    String name,
    String function,
    String expression,
    String zone,
    @Nullable String input,
    boolean scheduler) {}
