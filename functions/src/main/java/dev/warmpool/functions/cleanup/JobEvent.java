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
 * Which job an event asks for and how. Immutable.
 *
 * @param job which
 * @param retention how long what could be purged is kept; a whole number of days, or a time
 * @param batchSize rows in one transaction, 1 to 10,000
 */
record JobEvent(Job job, Duration retention, int batchSize) {

  private static final Set<String> MEMBERS = Set.of("job", "retention", "batchSize");
  private static final int BATCH_SIZE = 1_000;
  private static final int MAX_BATCH_SIZE = 10_000;

  /**
   * Reads the event's {@code detail}, which EventBridge may leave out or give as a string.
   *
   * @throws IllegalArgumentException with every fault
   */
  static JobEvent of(JsonNode event) {
    JsonNode detail = detail(event);
    List<String> faults = new ArrayList<>();
    detail
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!MEMBERS.contains(name)) {
                faults.add("detail." + name + " is no parameter: job, retention, batchSize are");
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
      // reported below
    }
    throw new IllegalArgumentException("detail is " + detail + ": must be an object");
  }

  private static Job job(JsonNode detail, List<String> faults) {
    String title = detail.path("job").asText(Job.PURGE_DELETED_USERS.title());
    Optional<Job> job = Job.called(title);
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
      // reported below, with the rule
    }
    faults.add("detail.retention is '" + text + "': must be ISO-8601 in days or less, like P30D");
    return job.retention();
  }

  private static long days(Period period) {
    if (period.toTotalMonths() != 0) {
      throw new ArithmeticException("months have no fixed length");
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
