package dev.warmpool.functions.http;

import org.jspecify.annotations.Nullable;

/** Ends a route with a problem as its response. The session is rolled back. */
public final class ProblemException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  /** Has no stack trace, because it reports an error of the request and not of the program. */
  public ProblemException(Problem problem) {
    this(problem, null);
  }

  /**
   * Creates the exception for a problem whose cause the caller does not see.
   *
   * @param cause logged; null for none
   */
  public ProblemException(Problem problem, @Nullable Throwable cause) {
    super(problem.status() + " " + problem.detail(), cause, false, false);
    this.problem = problem;
  }

  /** Returns the problem. */
  public Problem problem() {
    return problem;
  }
}
