package dev.warmpool.functions.cleanup;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.functions.event.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
 * @param retention how long rows are kept after they become due; at least zero
 * @param batchSize rows deleted in one transaction, 1 to 10,000; default 1,000
 */
record JobEvent(Job job, Duration retention, int batchSize) {

  private static final Set<String> MEMBERS = Set.of("job", "retention", "batchSize");
  private static final int BATCH_SIZE = 1_000;
  private static final int MAX_BATCH_SIZE = 10_000;

  /**
   * Reads the event's {@code detail}: an object, a string that contains one, or absent. EventBridge
   * Scheduler delivers it as a string.
   *
   * @throws IllegalArgumentException if the detail is invalid; the message lists every fault
   */
  static JobEvent of(JsonNode event) {
    JsonNode detail = detail(event);
    List<String> faults = new ArrayList<>();
    detail
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!MEMBERS.contains(name)) {
                faults.add("detail." + name + " is unknown: must be job, retention or batchSize");
              }
            });
    Job job = job(detail, faults);
    JobEvent read = new JobEvent(job, retention(detail, job, faults), size(detail, faults));
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", faults));
    }
    return read;
  }

  private static JsonNode detail(JsonNode event) {
    JsonNode detail = event.path("detail");
    try {
      JsonNode read =
          detail.isTextual()
              ? Json.read(detail.textValue().getBytes(StandardCharsets.UTF_8))
              : detail;
      if (read.isMissingNode() || read.isNull() || read.isObject()) {
        return read;
      }
    } catch (IOException e) {
      // falls through to the message below
    }
    throw new IllegalArgumentException("detail is " + detail + ": must be a JSON object");
  }

  private static Job job(JsonNode detail, List<String> faults) {
    String title = detail.path("job").asText(Job.PURGE_DELETED_USERS.title());
    Optional<Job> job = Job.titled(title);
    if (job.isEmpty()) {
      faults.add("detail.job is '" + title + "': must be one of " + Job.titles());
    }
    return job.orElse(Job.PURGE_DELETED_USERS);
  }

  private static Duration retention(JsonNode detail, Job job, List<String> faults) {
    String text = detail.path("retention").asText(job.retention().toString());
    try {
      Duration retention =
          text.startsWith("PT") ? Duration.parse(text) : Duration.ofDays(days(Period.parse(text)));
      if (!retention.isNegative()) {
        return retention;
      }
    } catch (DateTimeParseException | ArithmeticException e) {
      // falls through to the message below
    }
    faults.add(
        "detail.retention is '"
            + text
            + "': must be an ISO-8601 duration without months or years, such as P30D");
    return job.retention();
  }

  private static long days(Period period) {
    if (period.toTotalMonths() != 0) {
      throw new ArithmeticException("a month has no fixed length");
    }
    return period.getDays();
  }

  private static int size(JsonNode detail, List<String> faults) {
    JsonNode size = detail.path("batchSize");
    if (size.isMissingNode()) {
      return BATCH_SIZE;
    }
    if (!size.isInt() || size.intValue() < 1 || size.intValue() > MAX_BATCH_SIZE) {
      faults.add("detail.batchSize is " + size + ": must be a whole number from 1 to 10000");
      return BATCH_SIZE;
    }
    return size.intValue();
  }
}
