package dev.warmpool.local.template;

import java.nio.file.Path;
import java.util.Map;

/**
 * A function of the template. Immutable.
 *
 * @param name its logical id
 * @param handler class, or class and method
 * @param archive what is deployed
 * @param environment its variables, resolved
 * @param timeoutSeconds after which an invocation is ended
 * @param memoryMegabytes what it may use
 */
public record FunctionDefinition(
    String name,
    String handler,
    Path archive,
    Map<String, String> environment,
    int timeoutSeconds,
    int memoryMegabytes) {

  /** The handler's class. */
  public String handlerClass() {
    return handler.split("::", 2)[0];
  }
}
