package dev.warmpool.functions.users;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads request bodies about users, which the contract has already validated. */
final class UserInput {

  private UserInput() {}

  /**
   * The columns to set. Immutable.
   *
   * @param email null to leave the column unchanged
   * @param name null to leave the column unchanged
   */
  record Change(@Nullable String email, @Nullable String name) {

    static Change of(JsonNode body) {
      return new Change(body.path("email").textValue(), body.path("name").textValue());
    }
  }

  /** Returns the member {@code ids}. */
  static List<Long> ids(JsonNode body) {
    List<Long> ids = new ArrayList<>();
    body.path("ids").forEach(id -> ids.add(id.longValue()));
    return ids;
  }
}
