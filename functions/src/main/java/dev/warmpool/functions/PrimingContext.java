package dev.warmpool.functions;

import com.amazonaws.services.lambda.runtime.ClientContext;
import com.amazonaws.services.lambda.runtime.CognitoIdentity;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import org.jspecify.annotations.Nullable;

/**
 * The context of the request that {@link ApiHandler} runs before a snapshot is taken, when there is
 * no invocation. Immutable.
 */
final class PrimingContext implements Context {

  /** Long enough for a first connection; no caller waits while a snapshot is prepared. */
  private static final int REMAINING_MILLIS = 5_000;

  private static final String NAME = "priming";

  @Override
  public String getAwsRequestId() {
    return NAME;
  }

  @Override
  public int getRemainingTimeInMillis() {
    return REMAINING_MILLIS;
  }

  @Override
  public String getLogGroupName() {
    return NAME;
  }

  @Override
  public String getLogStreamName() {
    return NAME;
  }

  @Override
  public String getFunctionName() {
    return NAME;
  }

  @Override
  public String getFunctionVersion() {
    return NAME;
  }

  @Override
  public String getInvokedFunctionArn() {
    return NAME;
  }

  @Override
  public @Nullable CognitoIdentity getIdentity() {
    return null;
  }

  @Override
  public @Nullable ClientContext getClientContext() {
    return null;
  }

  @Override
  public int getMemoryLimitInMB() {
    return 0;
  }

  @Override
  public @Nullable LambdaLogger getLogger() {
    return null;
  }
}
