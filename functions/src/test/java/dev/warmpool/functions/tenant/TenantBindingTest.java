package dev.warmpool.functions.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmpool.session.Schema;
import dev.warmpool.session.SessionOptions;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TenantBindingTest {

  private static final String WORDS =
      "must be one or more of schema, role and variable:NAME, separated by commas, not ";
  private static final String NO_SCHEMA =
      "without schema, all tenants share POSTGRES_SCHEMA, which is not set";

  private static SessionOptions bound(String setting) {
    return TenantBinding.from(Map.of("TENANT_BINDING", setting, "POSTGRES_SCHEMA", "app"))
        .bind("tenant_a", SessionOptions.standard());
  }

  private static void refuses(String setting, String... faults) {
    refuses(Map.of("TENANT_BINDING", setting), String.join("; ", faults));
  }

  private static void refuses(Map<String, String> environment, String faults) {
    assertThatThrownBy(() -> TenantBinding.from(environment))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("TENANT_BINDING is '%s': %s", environment.get("TENANT_BINDING"), faults);
  }

  @Test
  void bindsTheSchemaByDefault() {
    SessionOptions options =
        TenantBinding.from(Map.of()).bind("tenant_a", SessionOptions.standard());
    assertThat(options).isEqualTo(SessionOptions.standard().in(new Schema("tenant_a")));
  }

  @Test
  void bindsEachPartThatTheSettingLists() {
    SessionOptions standard = SessionOptions.standard();
    assertThat(bound("role")).isEqualTo(standard.as("tenant_a"));
    assertThat(bound("variable:app.tenant")).isEqualTo(standard.with("app.tenant", "tenant_a"));
    assertThat(bound(" variable:app.tenant , role,schema,variable:a.b "))
        .isEqualTo(
            standard
                .in(new Schema("tenant_a"))
                .as("tenant_a")
                .with("app.tenant", "tenant_a")
                .with("a.b", "tenant_a"));
  }

  @Test
  void keepsTheOtherOptions() {
    SessionOptions options = SessionOptions.standard().readOnly().named("list");
    assertThat(TenantBinding.from(Map.of()).bind("tenant_a", options))
        .isEqualTo(options.in(new Schema("tenant_a")));
  }

  @Test
  void knowsWhetherTenantsHaveSchemasOfTheirOwn() {
    Map<String, String> environment = new HashMap<>(Map.of("POSTGRES_SCHEMA", "app"));
    assertThat(TenantBinding.from(environment).separatesSchemas()).isTrue();
    environment.put("TENANT_BINDING", "role,schema");
    assertThat(TenantBinding.from(environment).separatesSchemas()).isTrue();
    environment.put("TENANT_BINDING", "role");
    assertThat(TenantBinding.from(environment).separatesSchemas()).isFalse();
  }

  @Test
  void refusesWordsThatItDoesNotKnow() {
    refuses("", WORDS + "''", NO_SCHEMA);
    refuses("schema,", WORDS + "''");
    refuses("Schema", WORDS + "'Schema'", NO_SCHEMA);
    refuses("schema;role", WORDS + "'schema;role'", NO_SCHEMA);
    refuses("schema,variable", WORDS + "'variable'");
  }

  @Test
  void refusesWordsThatAreListedTwice() {
    refuses("schema,role,schema", "must list 'schema' once");
  }

  @Test
  void refusesNamesThatNoCustomSettingCanHave() {
    String rule =
        "a custom setting's name has two or more parts, joined by dots, of letters, digits, _ and"
            + " $, such as app.tenant";
    refuses("schema,variable:", "invalid setting name '': " + rule);
    refuses("schema,variable:tenant", "invalid setting name 'tenant': " + rule);
    refuses("schema,variable:role", "invalid setting name 'role': " + rule);
    refuses("schema,variable:a.b'", "invalid setting name 'a.b'': " + rule);
  }

  @Test
  void needsAnOwnSchemaWhereTenantsShareIt() {
    refuses("role", NO_SCHEMA);
    refuses(Map.of("TENANT_BINDING", "variable:a.b", "POSTGRES_SCHEMA", " "), NO_SCHEMA);
  }

  @Test
  void reportsEveryFaultAtOnce() {
    refuses(
        "role,roles,role,variable:x",
        "must list 'role' once",
        WORDS + "'roles'",
        "invalid setting name 'x': a custom setting's name has two or more parts, joined by dots, of"
            + " letters, digits, _ and $, such as app.tenant",
        NO_SCHEMA);
  }
}
