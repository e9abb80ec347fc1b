package dev.warmpool.local.template;

import java.util.List;
import java.util.Optional;

/**
 * The parts of a SAM template that run locally. Immutable.
 *
 * @param functions functions in the order of the file
 * @param routes routes of the HTTP API
 * @param cors CORS configuration of the HTTP API, if any
 * @param schedules schedules of all functions
 * @param assumed names without a value, which were resolved to {@code local-NAME}
 */
public record Template(
    List<FunctionDefinition> functions,
    List<RouteDefinition> routes,
    Optional<CorsDefinition> cors,
    List<ScheduleDefinition> schedules,
    List<String> assumed) {}
