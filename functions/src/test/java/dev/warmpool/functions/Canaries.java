package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** A user of each tenant that no other tenant may read, change or count. Stateless. */
final class Canaries {

  private static final long A = 1_000_001;
  private static final long B = 1_000_002;
  private static final long APP = 1_000_003;

  private static final String EMAIL = "canary@example.org";

  private Canaries() {}

  /** Deletes all users and inserts the canaries. */
  static void insert() {
    TenancyServer.oneUserEach();
    TenancyServer.server()
        .execute(
            "DELETE FROM tenant_a.users; DELETE FROM tenant_b.users; DELETE FROM app.users;"
                + insert("tenant_a", A, "tenant_a", "")
                + insert("tenant_b", B, "tenant_b", "")
                + insert("app", A, "tenant_a", ", tenant")
                + insert("app", B, "tenant_b", ", tenant")
                + insert("app", APP, "app", ", tenant"));
  }

  private static String insert(String schema, long id, String tenant, String column) {
    String value = column.isEmpty() ? "" : ", '" + tenant + "'";
    return "INSERT INTO %s.users (id, email, name%s) OVERRIDING SYSTEM VALUE VALUES (%d, '%s', '%s canary'%s);"
        .formatted(schema, column, id, EMAIL, tenant, value);
  }

  /** The requests of the tenants of a set-up; tables that are shared have one fixed tenant. */
  static List<MixRequests> requests(TenantMix.Setup setup) {
    return setup.fixed() && setup.shared()
        ? List.of(new MixRequests("app", APP, A))
        : List.of(new MixRequests("tenant_a", A, B), new MixRequests("tenant_b", B, A));
  }

  /** Fails if the text names another tenant. */
  static void seesNoOther(String tenant, String text) {
    for (String other : List.of("tenant_a", "tenant_b", "app canary")) {
      if (!other.startsWith(tenant)) {
        assertThat(text).as("for %s", tenant).doesNotContain(other);
      }
    }
  }

  /** Fails unless every canary is as it was inserted, and every user and answer is its tenant's. */
  static void areUntouched() {
    for (String tenant : List.of("tenant_a", "tenant_b")) {
      are(1, tenant + ".users WHERE name = '" + tenant + " canary' AND " + untouched());
      are(0, tenant + ".users WHERE NOT starts_with(name, '" + tenant + "')");
      String other = tenant.equals("tenant_a") ? "tenant_b" : "tenant_a";
      are(0, tenant + ".idempotency_keys WHERE position('" + other + "' IN answer) > 0");
    }
    are(3, "app.users WHERE name = tenant || ' canary' AND " + untouched());
    are(0, "app.users WHERE NOT starts_with(name, tenant)");
    are(
        0,
        "app.idempotency_keys k JOIN warmpool.tenants t ON position(t.schema_name IN answer) > 0"
            + " AND schema_name <> tenant AND schema_name <> 'app'");
  }

  private static String untouched() {
    return "email = '"
        + EMAIL
        + "' AND version = 1 AND deleted_at IS NULL AND updated_at = created_at";
  }

  private static void are(int expected, String rows) {
    assertThat(TenancyServer.server().number("SELECT count(*) FROM " + rows))
        .as(rows)
        .isEqualTo(expected);
  }
}
