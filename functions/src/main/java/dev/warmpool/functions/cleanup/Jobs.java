package dev.warmpool.functions.cleanup;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** All jobs. Stateless. */
final class Jobs {

  static final List<Job> ALL =
      List.of(
          new PurgeDeletedUsers(), // the default job, for events that name none
          new PurgeIdempotencyKeys(),
          new ReportConnections(System.getenv()));

  private Jobs() {}

  /** Finds the job with this title; empty if there is none. */
  static Optional<Job> titled(String title) {
    return ALL.stream().filter(job -> job.title().equals(title)).findFirst();
  }

  /** Returns the titles of all jobs, for messages. */
  static String titles() {
    return ALL.stream().map(Job::title).collect(Collectors.joining(", "));
  }
}
