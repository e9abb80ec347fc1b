package dev.warmpool.local.runtime;

import dev.warmpool.local.template.FunctionDefinition;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;

/**
 * What every execution environment is started with.
 *
 * @param folder where archives are unpacked, a folder for each
 * @param client the command line
 * @param threads for the Runtime API's blocking requests and for logs
 * @param freeze whether idle environments are frozen
 */
record Launch(Path folder, RuntimeClient client, ExecutorService threads, boolean freeze) {

  /** Variables of this process that a child gets; nothing else of it is the functions' business. */
  static final Set<String> INHERITED = Set.of("PATH", "LANG", "LC_ALL", "TZ", "JAVA_TOOL_OPTIONS");

  /** As {@code sam local} says it. */
  private static final String REGION = "us-east-1";

  private static final String ACCOUNT = "123456789012";

  /** A function's unpacked archive. */
  Path taskRoot(FunctionDefinition function) {
    return folder.resolve(function.name());
  }

  static String arn(String function) {
    return "arn:aws:lambda:" + REGION + ":" + ACCOUNT + ":function:" + function;
  }

  /** The variables that Lambda sets itself. */
  static Map<String, String> lambdaVariables(FunctionDefinition function, Path taskRoot) {
    Map<String, String> variables = new HashMap<>();
    variables.put("AWS_LAMBDA_FUNCTION_NAME", function.name());
    variables.put("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST");
    variables.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "" + function.memoryMegabytes());
    variables.put("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/" + function.name());
    variables.put("AWS_LAMBDA_LOG_STREAM_NAME", "$LATEST");
    variables.put("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
    variables.put("AWS_REGION", REGION);
    variables.put("AWS_DEFAULT_REGION", REGION);
    variables.put("AWS_ACCESS_KEY_ID", "defaultkey");
    variables.put("AWS_SECRET_ACCESS_KEY", "defaultsecret");
    variables.put("_HANDLER", function.handler());
    variables.put("LAMBDA_TASK_ROOT", taskRoot.toString());
    return variables;
  }
}
