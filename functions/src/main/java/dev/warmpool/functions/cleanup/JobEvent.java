package dev.warmpool.functions.cleanup;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Period;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The job and the parameters that an event asks for. Immutable.
 *
 * @param job the job to run
 * @param retention how long rows are kept after they become due; zero to 100 years
 * @param batchSize rows deleted in one transaction, 1 to 10,000; default 1,000
 */
record JobEvent(Job job, Duration retention, int batchSize) {

  private static final Set<String> MEMBERS = Set.of("job", "retention", "batchSize");
  private static final int BATCH_SIZE = 1_000;
  private static final int MAX_BATCH_SIZE = 10_000;

  /** PostgreSQL can subtract it from every date that this program can meet. */
  private static final Duration MAX_RETENTION = Duration.ofDays(36_525);

  /**
   * Reads the job's parameters from the detail of an event, as {@link ScheduledDetail} finds it.
   *
   * @throws IllegalArgumentException if the event or its detail is invalid; the message lists every
   *     fault
   */
  static JobEvent of(JsonNode event) {
    JsonNode detail = ScheduledDetail.of(event);
    List<String> faults = new ArrayList<>(ScheduledDetail.unknown(detail, MEMBERS));
    Job job = job(detail.path("job"), faults);
    JobEvent read =
        new JobEvent(
            job,
            retention(detail.path("retention"), job, faults),
            size(detail.path("batchSize"), faults));
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", faults));
    }
    return read;
  }

  private static Job job(JsonNode title, List<String> faults) {
    if (title.isMissingNode()) {
      return Job.PURGE_DELETED_USERS;
    }
    Optional<Job> job = Optional.ofNullable(title.textValue()).flatMap(Job::titled);
    if (job.isEmpty()) {
      faults.add("job must be one of " + Job.titles());
    }
    return job.orElse(Job.PURGE_DELETED_USERS);
  }

  private static Duration retention(JsonNode text, Job job, List<String> faults) {
    if (text.isMissingNode()) {
      return job.retention();
    }
    try {
      Duration retention = duration(String.valueOf(text.textValue()));
      if (!retention.isNegative() && retention.compareTo(MAX_RETENTION) <= 0) {
        return retention;
      }
    } catch (DateTimeParseException | ArithmeticException e) {
      // falls through to the message below
    }
    faults.add(
        "retention must be an ISO-8601 duration without months or years, such as P30D, of at most"
            + " 36525 days");
    return job.retention();
  }

  private static Duration duration(String text) {
    return text.startsWith("PT") ? Duration.parse(text) : Duration.ofDays(days(Period.parse(text)));
  }

  private static long days(Period period) {
    if (period.toTotalMonths() != 0) {
      throw new ArithmeticException("a month has no fixed length");
    }
    return period.getDays();
  }

  private static int size(JsonNode size, List<String> faults) {
    if (size.isMissingNode()) {
      return BATCH_SIZE;
    }
    if (!size.isInt() || size.intValue() < 1 || size.intValue() > MAX_BATCH_SIZE) {
      faults.add("batchSize must be a whole number from 1 to 10000");
      return BATCH_SIZE;
    }
    return size.intValue();
  }
}
