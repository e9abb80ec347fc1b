package dev.warmpool.functions.http;

import dev.warmpool.session.CommitOutcomeUnknownException;
import dev.warmpool.session.DeadlineExceededException;
import dev.warmpool.session.SessionUnavailableException;
import dev.warmpool.session.UnknownSchemaException;
import io.r2dbc.spi.R2dbcException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns what a route failed with into what the caller is told. */
final class Problems {

  private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

  private Problems() {}

  /** The problem; what the caller must not see is logged under the request's id. */
  static Problem of(Throwable error, String requestId) {
    if (error instanceof ProblemException expected) {
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
      return Problem.of(503, "The database has no connection to give: try again.");
    }
    if (error instanceof DeadlineExceededException) {
      return Problem.of(504, "The request was not done in time; nothing of it was kept.");
    }
    if (error instanceof CommitOutcomeUnknownException) {
      return Problem.of(
          500, "It is not known whether the request was done: look before repeating.");
    }
    if (error instanceof UnknownSchemaException) {
      return Problem.of(404, "There is no such tenant.");
    }
    return error instanceof R2dbcException database ? database(database) : unexpected();
  }

  private static Problem database(R2dbcException error) {
    String state = error.getSqlState() == null ? "" : error.getSqlState();
    return switch (state) {
      case "23505" -> Problem.of(409, "Another row has this value already.");
      case "23503" ->
          Problem.of(409, "Other rows refer to this one, or it to one that is not there.");
      case "40001", "40P01" -> Problem.of(409, "Another request changed the same rows: try again.");
      default -> lost(state) ? Problem.of(503, "The database went away: try again.") : unexpected();
    };
  }

  private static boolean lost(String state) {
    return state.startsWith("08") || state.startsWith("57P") || state.equals("53300");
  }

  private static Problem unexpected() {
    return Problem.of(500, "Something went wrong; the log has it under this instance.");
  }
}
