package dev.warmpool.local.template;

import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A function of the template. Immutable.
 *
 * @param name logical id
 * @param handler class, or class and method as {@code class::method}
 * @param archive path of the deployment archive
 * @param environment environment variables, resolved
 * @param timeoutSeconds time-out of an invocation
 * @param memoryMegabytes memory size
 * @param reservedConcurrency reserved concurrency; empty if unset
 */
public record FunctionDefinition(
    String name,
    String handler,
    Path archive,
    Map<String, String> environment,
    int timeoutSeconds,
    int memoryMegabytes,
    OptionalInt reservedConcurrency) {

  /** The class name of the handler. */
  public String handlerClass() {
    return handler.split("::", 2)[0];
  }

  /** Returns the same function with other environment variables. */
  public FunctionDefinition with(Map<String, String> variables) {
    return new FunctionDefinition(
        name,
        handler,
        archive,
        Map.copyOf(variables),
        timeoutSeconds,
        memoryMegabytes,
        reservedConcurrency);
  }
}
