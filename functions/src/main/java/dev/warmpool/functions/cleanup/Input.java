package dev.warmpool.functions.cleanup;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.functions.event.Json;

/**
 * What a step works from. Immutable, if its values are left alone.
 *
 * @param parameters the parameters as the event has them, which are valid
 * @param position where the step before has stopped, in the job's own form; an empty object for the
 *     first step
 */
record Input(JsonNode parameters, JsonNode position) {

  /** Returns the input of the first step. */
  static Input first(JsonNode parameters) {
    return new Input(parameters, Json.object());
  }

  /** Returns the value of a parameter, or its default. */
  <T> T get(Parameter<T> parameter) {
    return parameter.in(parameters);
  }

  /** Returns the input of the step that goes on there. */
  Input at(JsonNode reached) {
    return new Input(parameters, reached);
  }
}
