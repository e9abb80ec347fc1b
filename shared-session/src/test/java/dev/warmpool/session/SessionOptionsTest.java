package dev.warmpool.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The role and the custom settings that options bind. */
class SessionOptionsTest {

  private static final SessionOptions OPTIONS = SessionOptions.standard();
  private static final String LONGEST = "x".repeat(63);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|a role's name has at least one character",
        "none|SET ROLE takes none as no role",
        "pg_monitor|names that begin with pg_ belong to PostgreSQL"
      })
  void refuseARole(String name, String rule) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OPTIONS.as(name))
        .withMessage("invalid role name '" + name + "': " + rule);
  }

  @Test
  void refuseARoleThatPostgresWouldChange() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OPTIONS.as("a\0b"))
        .withMessage("invalid role name 'a\\0b': a role's name has no NUL");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OPTIONS.as("a\ud800"))
        .withMessageEndingWith("a role's name is well-formed Unicode");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OPTIONS.as(LONGEST + "é"))
        .withMessageEndingWith("a role's name has at most 63 bytes in UTF-8, this one has 65");
    assertThat(OPTIONS.as(LONGEST).role()).isEqualTo(LONGEST);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "tenant",
        "role",
        "search_path",
        "app.",
        ".tenant",
        "app..tenant",
        "app.1",
        "1.app",
        "app.te nant",
        "app.te'nant",
        "app.\"tenant\"",
        "app.tenänt",
        "app.t;b",
        "app.t\n",
        "a.b\0"
      })
  void refuseASettingThatIsNoCustomOne(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OPTIONS.with(name, "s3cret"))
        .withMessage(
            "invalid setting name '"
                + name.replace("\0", "\\0")
                + "': a custom setting's name has two or more parts, joined by dots, of letters,"
                + " digits, _ and $, such as app.tenant");
  }

  @Test
  void refuseALongOrReservedNameOfASetting() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OPTIONS.with("app.x" + LONGEST, "1"))
        .withMessageEndingWith("each part has at most 63 characters");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OPTIONS.with("WarmPool.session", "1"))
        .withMessageEndingWith("names that begin with warmpool. belong to this library");
    assertThat(OPTIONS.with("a$.b_1." + LONGEST, "").settings()).hasSize(1);
  }

  @Test
  void refuseAValueWithoutQuotingIt() {
    for (String value : new String[] {"s3cret\0", "s3cret\udfff", "s3cret".repeat(1_000)}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> OPTIONS.with("app.tenant", value))
          .withMessageStartingWith("invalid value of the setting app.tenant: the value ")
          .satisfies(error -> assertThat(error.getMessage()).doesNotContain("s3cret"));
    }
  }

  @Test
  void showNoValue() {
    SessionOptions options = OPTIONS.as("tenant_a").with("app.tenant", "s3cret");

    assertThat(options.toString())
        .contains("role=tenant_a", "settings=[app.tenant]")
        .doesNotContain("s3cret");
    assertThat(options.label()).isEqualTo("session 'session'");
  }

  @Test
  void keepTheLatestValueOfANameWhateverItsCase() {
    SessionOptions options =
        OPTIONS.with("app.a", "1").with("app.b", "2").with("APP.A", "3").readOnly();

    assertThat(options.settings())
        .containsExactly(Map.entry("app.b", "2"), Map.entry("APP.A", "3"));
    assertThat(OPTIONS.settings()).isEmpty();
  }

  @Test
  void keepACopyOfTheSettings() {
    Map<String, String> settings = new HashMap<>(Map.of("app.a", "1"));
    SessionOptions options =
        new SessionOptions(
            null,
            OPTIONS.kind(),
            OPTIONS.isolation(),
            null,
            0,
            "copied",
            null,
            settings,
            OPTIONS.repetition());

    settings.clear();

    assertThat(options.settings()).containsEntry("app.a", "1").isUnmodifiable();
  }

  @Test
  void refuseTwoSettingsWhoseNamesDifferInCase() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("app.tenant", "s3cret");
    settings.put("App.Tenant", "other");

    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new SessionOptions(
                    null,
                    OPTIONS.kind(),
                    OPTIONS.isolation(),
                    null,
                    0,
                    "twice",
                    null,
                    settings,
                    OPTIONS.repetition()))
        .withMessage(
            "the setting App.Tenant is given twice: PostgreSQL ignores the case of a setting's"
                + " name");
  }
}
