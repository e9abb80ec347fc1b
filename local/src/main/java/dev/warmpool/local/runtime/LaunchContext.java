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
 * What every execution environment is started with.
 *
 * @param archives where the functions' task roots are
 * @param client the command line
 * @param threads for the Runtime API's blocking requests
 * @param timer for reading what the processes print
 * @param settings how they are run
 * @param observers who wants to know of all that happens
 */
record LaunchContext(
    Archives archives,
    RuntimeClient client,
    ExecutorService threads,
    ScheduledExecutorService timer,
    EnvironmentSettings settings,
    ObserverList observers) {

  /** Variables of this process that a child gets; nothing else of it is the functions' business. */
  static final Set<String> INHERITED =
      Set.of("PATH", "HOME", "LANG", "LC_ALL", "TZ", "JAVA_HOME", "JAVA_TOOL_OPTIONS");

  /** Often enough for a person who watches. */
  private static final int READ_MILLIS = 20;

  /** As {@code sam local} says it. */
  private static final String REGION = "us-east-1";

  private static final String ACCOUNT = "123456789012";

  /** Reads a process's log until the result is cancelled. */
  Future<?> readRepeatedly(ProcessLog log) {
    return timer.scheduleWithFixedDelay(
        log::drain, READ_MILLIS, READ_MILLIS, TimeUnit.MILLISECONDS);
  }

  static String arn(String function) {
    return "arn:aws:lambda:" + REGION + ":" + ACCOUNT + ":function:" + function;
  }

  /** How many invocations one of them takes at once. */
  int concurrency() {
    return settings.type() == InitializationType.MANAGED_INSTANCES ? settings.concurrency() : 1;
  }

  /** The variables that Lambda sets itself. */
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
    variables.put("AWS_REGION", REGION);
    variables.put("AWS_DEFAULT_REGION", REGION);
    variables.put("AWS_ACCESS_KEY_ID", "defaultkey");
    variables.put("AWS_SECRET_ACCESS_KEY", "defaultsecret");
    variables.put("_HANDLER", function.handler());
    variables.put("LAMBDA_TASK_ROOT", taskRoot.toString());
    return variables;
  }
}
