package dev.warmpool.functions.cleanup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmpool.functions.event.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The job and the parameters that an event asks for. Immutable, if the parameters are left alone.
 *
 * @param job the job to run
 * @param parameters the event's members for the job, which are valid
 */
record JobEvent(Job job, JsonNode parameters) {

  private static final String JOB = "job";

  /**
   * Reads the job and its parameters from the detail of an event, as {@link ScheduledDetail} finds
   * it.
   *
   * @throws IllegalArgumentException if the detail is invalid; the message lists every fault
   */
  static JobEvent of(JsonNode detail) {
    List<String> faults = new ArrayList<>();
    JsonNode title = detail.path(JOB);
    Optional<Job> job =
        title.isMissingNode()
            ? Optional.of(Jobs.ALL.get(0))
            : Optional.ofNullable(title.textValue()).flatMap(Jobs::titled);
    if (job.isEmpty()) {
      faults.add("job must be one of " + Jobs.titles());
    }
    Job known = job.orElse(Jobs.ALL.get(0));
    faults.addAll(0, ScheduledDetail.unknown(detail, names(known)));
    ObjectNode parameters = Json.object();
    known.parameters().forEach(parameter -> read(parameter, detail, parameters, faults));
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", faults));
    }
    return new JobEvent(known, parameters);
  }

  /**
   * Reads the job and the parameters of a recorded run.
   *
   * @throws IllegalArgumentException if this version of the functions has no such job, or if the
   *     parameters are invalid
   */
  static JobEvent of(String title, JsonNode parameters) {
    ObjectNode detail = Json.object().put(JOB, title);
    parameters.properties().forEach(member -> detail.set(member.getKey(), member.getValue()));
    return of(detail);
  }

  private static Set<String> names(Job job) {
    Set<String> names = new HashSet<>(Set.of(JOB));
    job.parameters().forEach(parameter -> names.add(parameter.name()));
    return names;
  }

  private static void read(
      Parameter<?> parameter, JsonNode detail, ObjectNode parameters, List<String> faults) {
    try {
      parameter.in(detail);
      if (detail.has(parameter.name())) {
        parameters.set(parameter.name(), detail.path(parameter.name()));
      }
    } catch (IllegalArgumentException e) {
      faults.add(String.valueOf(e.getMessage()));
    }
  }
}
