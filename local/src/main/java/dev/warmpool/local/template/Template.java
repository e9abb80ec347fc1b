package dev.warmpool.local.template;

import java.util.List;
import java.util.Optional;

/**
 * What there is to run. Immutable.
 *
 * @param functions in the order of the file
 * @param routes of the HTTP API
 * @param cors of the HTTP API, where it says any
 * @param schedules of all functions
 * @param assumed parameters without a default, which got a local value
 */
public record Template(
    List<FunctionDefinition> functions,
    List<RouteDefinition> routes,
    Optional<CorsDefinition> cors,
    List<ScheduleDefinition> schedules,
    List<String> assumed) {}
