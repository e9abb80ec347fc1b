package dev.warmpool.session.lambda;

/** Lambda's own variables that matter here. */
final class Lambda {

  static final String INITIALIZATION_TYPE = "AWS_LAMBDA_INITIALIZATION_TYPE";

  static final String MAX_CONCURRENCY = "AWS_LAMBDA_MAX_CONCURRENCY";

  private Lambda() {}
}
