package dev.warmpool.local.runtime;

import dev.warmpool.local.template.FunctionDefinition;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * What all execution environments share.
 *
 * @param archives the unpacked deployment archives
 * @param client the program that runs the handlers
 * @param threads unbounded executor for the Runtime API's blocking requests
 * @param timer timer for reading the processes' output
 * @param settings settings of the environments
 * @param observers observers of environments and invocations
 */
record LaunchContext(
    Archives archives,
    RuntimeClient client,
    ExecutorService threads,
    ScheduledExecutorService timer,
    EnvironmentSettings settings,
    ObserverList observers) {

  /** Variables that a child process inherits from this one; it gets no others of this process. */
  static final Set<String> INHERITED =
      Set.of("PATH", "HOME", "LANG", "LC_ALL", "TZ", "JAVA_HOME", "JAVA_TOOL_OPTIONS");

  /** Interval of reading a process's output: short enough to watch it live. */
  private static final int READ_MILLIS = 20;

  /** Of ARNs; the value that {@code sam local} uses, as the account. */
  private static final String REGION = "us-east-1";

  private static final String ACCOUNT = "123456789012";

  /** Reads a process's output repeatedly until the returned future is cancelled. */
  Future<?> readRepeatedly(ProcessLog log) {
    return timer.scheduleWithFixedDelay(
        log::drain, READ_MILLIS, READ_MILLIS, TimeUnit.MILLISECONDS);
  }

  static String arn(String function) {
    return "arn:aws:lambda:" + REGION + ":" + ACCOUNT + ":function:" + function;
  }

  /** The number of invocations that one environment runs at once. */
  int concurrency() {
    return settings.type() == InitializationType.MANAGED_INSTANCES ? settings.concurrency() : 1;
  }

  /** The environment variables that Lambda sets for a function. */
  Map<String, String> lambdaVariables(FunctionDefinition function, Path taskRoot) {
    Map<String, String> variables = new HashMap<>();
    variables.put("AWS_LAMBDA_FUNCTION_NAME", function.name());
    variables.put("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST");
    variables.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "" + function.memoryMegabytes());
    variables.put("AWS_LAMBDA_FUNCTION_TIMEOUT", "" + function.timeoutSeconds());
    variables.put("AWS_SAM_LOCAL", "true");
    variables.put("AWS_LAMBDA_INITIALIZATION_TYPE", settings.type().text());
    if (settings.type() != InitializationType.SNAP_START) {
      variables.put("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/" + function.name());
      variables.put("AWS_LAMBDA_LOG_STREAM_NAME", "$LATEST");
    }
    if (settings.type() == InitializationType.MANAGED_INSTANCES) {
      variables.put("AWS_LAMBDA_MAX_CONCURRENCY", "" + settings.concurrency());
    }
    variables.put("_HANDLER", function.handler());
    variables.put("LAMBDA_TASK_ROOT", taskRoot.toString());
    return variables;
  }
}
