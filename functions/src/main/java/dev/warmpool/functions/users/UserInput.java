package dev.warmpool.functions.users;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What callers send about users, after the contract has let it through. */
final class UserInput {

  private UserInput() {}

  /**
   * What is to be set.
   *
   * @param email null leaves it as it is
   * @param name null leaves it as it is
   */
  record Change(@Nullable String email, @Nullable String name) {

    static Change of(JsonNode body) {
      return new Change(body.path("email").textValue(), body.path("name").textValue());
    }
  }

  static List<Long> ids(JsonNode body) {
    List<Long> ids = new ArrayList<>();
    body.path("ids").forEach(id -> ids.add(id.longValue()));
    return ids;
  }
}
