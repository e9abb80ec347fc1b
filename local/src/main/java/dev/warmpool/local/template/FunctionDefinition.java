package dev.warmpool.local.template;

import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A function of the template. Immutable.
 *
 * @param name its logical id
 * @param handler class, or class and method
 * @param archive what is deployed
 * @param environment its variables, resolved
 * @param timeoutSeconds after which an invocation is ended
 * @param memoryMegabytes what it may use
 * @param reservedConcurrency how many environments it may have at most
 */
public record FunctionDefinition(
    String name,
    String handler,
    Path archive,
    Map<String, String> environment,
    int timeoutSeconds,
    int memoryMegabytes,
    OptionalInt reservedConcurrency) {

  /** The handler's class. */
  public String handlerClass() {
    return handler.split("::", 2)[0];
  }

  /** The same function with other variables. */
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
