package dev.warmpool.session;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which roles and custom settings a session's opening takes. */
final class BindingRules {

  /** A custom setting as PostgreSQL takes it, without letters beyond ASCII. */
  private static final Pattern SETTING =
      Pattern.compile("[A-Za-z_][A-Za-z0-9_$]*(\\.[A-Za-z_][A-Za-z0-9_$]*)+");

  /** The library's own settings; PostgreSQL ignores the case of a setting's name. */
  private static final Pattern RESERVED =
      Pattern.compile("warmpool\\..*", Pattern.CASE_INSENSITIVE);

  /** This library's own bound: the value is sent in the opening of every session. */
  private static final int MAX_VALUE = 4_096;

  private BindingRules() {}

  static void checkRole(String role) {
    String fault = Identifiers.fault("role", role);
    if (fault == null && role.equals("none")) {
      fault = "SET ROLE takes none as no role";
    }
    if (fault == null && role.startsWith("pg_")) {
      fault = "names that begin with pg_ belong to PostgreSQL";
    }
    if (fault != null) {
      throw new IllegalArgumentException(
          "invalid role name '" + role.replace("\0", "\\0") + "': " + fault);
    }
  }

  /** An immutable copy, with names and values checked. */
  static Map<String, String> checked(Map<String, String> settings) {
    Objects.requireNonNull(settings, "the settings of a session are null");
    settings.forEach(BindingRules::checkSetting);
    checkDistinct(settings);
    return settings.isEmpty()
        ? Map.of()
        : Collections.unmodifiableMap(new LinkedHashMap<>(settings));
  }

  /** Of two names that differ in case alone, PostgreSQL would take the later value for both. */
  private static void checkDistinct(Map<String, String> settings) {
    Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    for (String name : settings.keySet()) {
      if (!names.add(name)) {
        throw new IllegalArgumentException(
            "the setting "
                + name
                + " is given twice: PostgreSQL ignores the case of a setting's name");
      }
    }
  }

  /** A copy with this setting behind the others, in the place of one whose name differs in case. */
  static Map<String, String> added(Map<String, String> settings, String name, String value) {
    checkSetting(name, value);
    Map<String, String> copy = new LinkedHashMap<>(settings);
    copy.keySet().removeIf(name::equalsIgnoreCase);
    copy.put(name, value);
    return copy;
  }

  private static void checkSetting(String name, String value) {
    Objects.requireNonNull(name, "the name of a setting is null");
    Objects.requireNonNull(value, () -> "the value of the setting " + name + " is null");
    String fault = nameFault(name);
    if (fault != null) {
      throw new IllegalArgumentException(
          "invalid setting name '" + name.replace("\0", "\\0") + "': " + fault);
    }
    fault = valueFault(value);
    if (fault != null) {
      throw new IllegalArgumentException(
          "invalid value of the setting " + name + ": the value " + fault);
    }
  }

  private static @Nullable String nameFault(String name) {
    if (!SETTING.matcher(name).matches()) {
      return "a custom setting's name has two or more parts, joined by dots, of letters, digits,"
          + " _ and $, such as app.tenant";
    }
    if (RESERVED.matcher(name).matches()) {
      return "names that begin with warmpool. belong to this library";
    }
    for (String part : name.split("\\.")) {
      if (part.length() > Identifiers.MAX_BYTES) {
        return "each part has at most " + Identifiers.MAX_BYTES + " characters";
      }
    }
    return null;
  }

  /** The rule that the value breaks, without the value; null if it is legal. */
  private static @Nullable String valueFault(String value) {
    if (value.length() > MAX_VALUE) {
      return "has at most " + MAX_VALUE + " characters, this one has " + value.length();
    }
    if (value.indexOf('\0') >= 0) {
      return "has no NUL";
    }
    return Identifiers.isUnicode(value) ? null : "is well-formed Unicode";
  }
}
