package dev.warmpool.functions.schema;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.functions.tenant.TenantSchemas;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The event of a direct invocation. Immutable.
 *
 * @param schemas the schemas that the event lists, without duplicates; empty for all known ones
 * @param dryRun whether to list the scripts that would run, and change nothing
 * @param brokenOff what becomes of scripts outside a transaction that broke off
 */
record MigrateEvent(Optional<List<String>> schemas, boolean dryRun, BrokenOff brokenOff) {

  private static final Set<String> MEMBERS = Set.of("schemas", "dryRun", "retry");

  /**
   * Reads an event.
   *
   * @throws IllegalArgumentException if the event has other members, so that a misspelt list does
   *     not migrate all schemas, or if a name is not a tenant's
   */
  static MigrateEvent of(JsonNode event) {
    boolean known =
        event.isObject()
            && event.properties().stream().allMatch(member -> MEMBERS.contains(member.getKey()));
    if (!known) {
      throw new IllegalArgumentException(
          "the event must be an object that has no members but schemas, dryRun and retry, or run alone");
    }
    Optional<List<String>> schemas =
        event.has("schemas") ? Optional.of(names(event.path("schemas"))) : Optional.empty();
    BrokenOff brokenOff = flag(event, "retry") ? BrokenOff.RETRY : BrokenOff.REPORT;
    MigrateEvent read = new MigrateEvent(schemas, flag(event, "dryRun"), brokenOff);
    if (read.dryRun() && brokenOff == BrokenOff.RETRY) {
      throw new IllegalArgumentException("dryRun and retry exclude each other");
    }
    return read;
  }

  private static boolean flag(JsonNode event, String member) {
    JsonNode flag = event.path(member);
    if (!flag.isMissingNode() && !flag.isBoolean()) {
      throw new IllegalArgumentException(member + " must be true or false");
    }
    return flag.booleanValue();
  }

  /**
   * Returns the tenants' schemas in an array of names.
   *
   * @throws IllegalArgumentException if it is not such an array, or a name is not a tenant's
   */
  static List<String> names(JsonNode schemas) {
    if (!schemas.isArray()) {
      throw new IllegalArgumentException("schemas must be an array of schema names");
    }
    Set<String> names = new LinkedHashSet<>();
    for (JsonNode schema : schemas) {
      if (!schema.isTextual()) {
        throw new IllegalArgumentException("schemas must be an array of schema names");
      }
      names.add(TenantSchemas.of(schema.textValue()).name());
    }
    return List.copyOf(names);
  }
}
