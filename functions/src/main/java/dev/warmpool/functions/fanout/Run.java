package dev.warmpool.functions.fanout;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.UUID;

/**
 * A run of a job in many tenants. Immutable, if its parameters are left alone.
 *
 * @param id by which messages and reports name the run
 * @param job the job's name
 * @param parameters the job's parameters, as the event had them; without values that must not be
 *     stored
 */
public record Run(UUID id, String job, JsonNode parameters) {

  /** Returns a new run. */
  public static Run of(String job, JsonNode parameters) {
    return new Run(UUID.randomUUID(), job, parameters);
  }
}
