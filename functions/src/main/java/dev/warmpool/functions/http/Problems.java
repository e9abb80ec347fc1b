package dev.warmpool.functions.http;

import dev.warmpool.session.CommitOutcomeUnknownException;
import dev.warmpool.session.DeadlineExceededException;
import dev.warmpool.session.SessionUnavailableException;
import dev.warmpool.session.UnknownSchemaException;
import io.r2dbc.spi.R2dbcException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Maps the error that a route failed with to the problem that the caller sees. Stateless. */
final class Problems {

  private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

  private Problems() {}

  /**
   * Returns the problem and logs the error if its status is 500 or above: with its stack trace for
   * 500, which is an error of the program, otherwise in one line. Of a problem that a route itself
   * has chosen, the cause is logged.
   */
  static Problem of(Throwable error, String requestId) {
    if (error instanceof ProblemException expected) {
      if (expected.getCause() != null) {
        LOG.error("{}: {}", requestId, expected.getCause().toString());
      }
      return expected.problem();
    }
    Problem problem = known(error);
    if (problem.status() >= 500) {
      boolean expected = problem.status() > 500;
      LOG.error("{}: {}", requestId, error.toString(), expected ? null : error);
    }
    return problem;
  }

  private static Problem known(Throwable error) {
    if (error instanceof SessionUnavailableException) {
      return Problem.of(503, "No database connection is available: try again.");
    }
    if (error instanceof DeadlineExceededException) {
      return Problem.of(504, "The request was not finished at its deadline and was rolled back.");
    }
    if (error instanceof CommitOutcomeUnknownException) {
      return Problem.of(
          500,
          "The outcome of the commit is unknown: check the data before you repeat the request.");
    }
    if (error instanceof UnknownSchemaException) {
      return Problem.of(404, "The tenant does not exist.");
    }
    return error instanceof R2dbcException database ? database(database) : unexpected();
  }

  private static Problem database(R2dbcException error) {
    String state = error.getSqlState() == null ? "" : error.getSqlState();
    return switch (state) {
      case "23505" -> Problem.of(409, "Another row already has this value.");
      case "23503" ->
          Problem.of(
              409, "Other rows refer to this row, or it refers to a row that does not exist.");
      case "40001", "40P01" -> Problem.of(409, "Another request changed the same rows: try again.");
      default ->
          lost(state)
              ? Problem.of(503, "The connection to the database was lost: try again.")
              : unexpected();
    };
  }

  private static boolean lost(String state) {
    return state.startsWith("08") || state.startsWith("57P") || state.equals("53300");
  }

  private static Problem unexpected() {
    return Problem.of(
        500, "An unexpected error occurred. The log has its cause under this instance.");
  }
}
