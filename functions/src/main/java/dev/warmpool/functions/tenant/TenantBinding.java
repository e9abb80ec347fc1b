package dev.warmpool.functions.tenant;

import dev.warmpool.session.Schema;
import dev.warmpool.session.SessionOptions;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What ties a session to its tenant, by the setting {@code TENANT_BINDING}: the tenant's schema,
 * the tenant's role, custom settings with the tenant's name. Immutable.
 */
public final class TenantBinding {

  private static final String SETTING = "TENANT_BINDING";
  private static final String SCHEMA = "schema";
  private static final String ROLE = "role";
  private static final String VARIABLE = "variable:";

  private final List<String> parts;

  private TenantBinding(List<String> parts) {
    this.parts = parts;
  }

  /**
   * Reads the setting, by default {@code schema}.
   *
   * @param environment the environment variables, of which also {@code POSTGRES_SCHEMA} is read
   * @throws IllegalArgumentException if the setting is invalid; the message lists every fault
   */
  public static TenantBinding from(Map<String, String> environment) {
    String setting = environment.getOrDefault(SETTING, SCHEMA);
    List<String> parts = Arrays.stream(setting.split(",", -1)).map(String::strip).toList();
    Set<String> faults = new LinkedHashSet<>();
    parts.forEach(part -> check(part, parts, faults));
    if (!parts.contains(SCHEMA) && environment.getOrDefault("POSTGRES_SCHEMA", "").isBlank()) {
      faults.add("without schema, all tenants share POSTGRES_SCHEMA, which is not set");
    }
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(
          SETTING + " is '" + setting + "': " + String.join("; ", faults));
    }
    return new TenantBinding(parts);
  }

  private static void check(String part, List<String> parts, Set<String> faults) {
    if (part.startsWith(VARIABLE)) {
      checkVariable(part, faults);
    } else if (!part.equals(SCHEMA) && !part.equals(ROLE)) {
      faults.add(
          "must be one or more of schema, role and variable:NAME, separated by commas, not '"
              + part
              + "'");
    }
    if (parts.stream().filter(part::equalsIgnoreCase).count() > 1) {
      faults.add("must list '" + part + "' once");
    }
  }

  private static void checkVariable(String part, Set<String> faults) {
    try {
      bound(part, "", SessionOptions.standard());
    } catch (IllegalArgumentException e) {
      faults.add(e.getMessage());
    }
  }

  /**
   * Returns whether each tenant has a schema of its own. If not, all tenants' rows are in the
   * tables of {@code POSTGRES_SCHEMA}, which is then no tenant's name.
   */
  public boolean separatesSchemas() {
    return parts.contains(SCHEMA);
  }

  /**
   * Ties the sessions with these options to a tenant.
   *
   * @param tenant the tenant's name, which is also that of its schema and its role
   * @throws IllegalArgumentException if PostgreSQL takes no schema or no role of this name
   */
  public SessionOptions bind(String tenant, SessionOptions options) {
    SessionOptions bound = options;
    for (String part : parts) {
      bound = bound(part, tenant, bound);
    }
    return bound;
  }

  private static SessionOptions bound(String part, String tenant, SessionOptions options) {
    return switch (part) {
      case SCHEMA -> options.in(new Schema(tenant));
      case ROLE -> options.as(tenant);
      default -> options.with(part.substring(VARIABLE.length()), tenant);
    };
  }
}
