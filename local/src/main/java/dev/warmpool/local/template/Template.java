package dev.warmpool.local.template;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The parts of a SAM template that run locally. Immutable.
 *
 * @param functions functions in the order of the file
 * @param routes routes of the HTTP APIs and REST APIs
 * @param cors CORS configuration of the HTTP API, if any
 * @param schedules schedules of all functions
 * @param queues SQS queues, those that SAM makes included
 * @param queueEvents the queues' messages as events of functions
 * @param asynchronous the handling of asynchronous events, by the function's logical id
 * @param unapplied parts of the template that are left out, one line each
 * @param assumed names without a value, which were resolved to {@code local-NAME}
 */
public record Template(
    List<FunctionDefinition> functions,
    List<RouteDefinition> routes,
    Optional<CorsDefinition> cors,
    List<ScheduleDefinition> schedules,
    List<QueueDefinition> queues,
    List<QueueEventDefinition> queueEvents,
    Map<String, AsynchronousDefinition> asynchronous,
    List<String> unapplied,
    List<String> assumed) {

  /** Whether these are this project's own functions, for which demo tenants are made. */
  public boolean isOwn() {
    return functions.stream().anyMatch(FunctionDefinition::isOwn);
  }
}
