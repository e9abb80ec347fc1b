package dev.warmpool.session.lambda;

/** The environment variables of Lambda that this package reads. */
final class Lambda {

  /** {@code snap-start} if a snapshot of the environment will be taken. */
  static final String INITIALIZATION_TYPE = "AWS_LAMBDA_INITIALIZATION_TYPE";

  private Lambda() {}
}
