package dev.warmpool.local.template;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A function of the template. Immutable.
 *
 * @param name logical id
 * @param handler class, or class and method as {@code class::method}
 * @param archive path of the deployment archive or of the folder with its contents
 * @param environment environment variables, resolved
 * @param timeoutSeconds time-out of an invocation
 * @param memoryMegabytes memory size
 * @param reservedConcurrency reserved concurrency; empty if unset
 * @param calling what its callers may name
 */
public record FunctionDefinition(
    String name,
    String handler,
    Path archive,
    Map<String, String> environment,
    int timeoutSeconds,
    int memoryMegabytes,
    OptionalInt reservedConcurrency,
    Calling calling) {

  /**
   * What a call of the Invoke API may name.
   *
   * @param alias alias of the version that is deployed; empty without one
   * @param perTenant whether each call names a tenant, with environments of its own
   */
  public record Calling(Optional<String> alias, boolean perTenant) {

    /** Neither an alias nor tenants. */
    public static final Calling PLAIN = new Calling(Optional.empty(), false);
  }

  /** Classes of this project's own functions. */
  private static final String OWN = "dev.warmpool.functions.";

  /** Whether this is one of this project's own functions. */
  public boolean isOwn() {
    return handler.startsWith(OWN);
  }

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
        reservedConcurrency,
        calling);
  }
}
