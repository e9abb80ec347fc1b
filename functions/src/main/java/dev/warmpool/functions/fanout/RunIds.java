package dev.warmpool.functions.fanout;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** Reads the ids of runs. Stateless. */
public final class RunIds {

  /** {@code UUID.fromString} accepts shorter forms, too. */
  private static final Pattern UUID_TEXT =
      Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  private RunIds() {}

  /** Returns the id; empty if the value is none. */
  public static Optional<UUID> of(JsonNode id) {
    return id.isTextual() && UUID_TEXT.matcher(id.textValue()).matches()
        ? Optional.of(UUID.fromString(id.textValue()))
        : Optional.empty();
  }
}
