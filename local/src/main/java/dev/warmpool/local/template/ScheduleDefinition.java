package dev.warmpool.local.template;

import org.jspecify.annotations.Nullable;

/**
 * A schedule event of a function. Immutable.
 *
 * @param name logical id of the event
 * @param function logical id of the function
 * @param expression schedule expression
 * @param zone time zone of the expression
 * @param input the event to send; null for the service's own event
 * @param enabled whether it fires by its expression
 * @param scheduler true for EventBridge Scheduler ({@code ScheduleV2}), false for a rule
 */
public record ScheduleDefinition(
    String name,
    String function,
    String expression,
    String zone,
    @Nullable String input,
    boolean enabled,
    boolean scheduler) {}
