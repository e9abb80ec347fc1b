package dev.warmpool.functions.settings;

import dev.warmpool.functions.metrics.InvocationMetrics;
import dev.warmpool.session.SettingsException;
import dev.warmpool.session.settings.SessionSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Reports all faults in the settings of a function at once. Stateless. */
public final class FunctionSettings {

  private FunctionSettings() {}

  /**
   * Returns the environment variables if the settings of the function itself are valid. A function
   * may have requests that use no session, so that faults in the settings of sessions alone are
   * left to the first session.
   *
   * @param environment the environment variables
   * @param own reads the function's own settings, other than that of the metrics; each check fails
   *     with {@link IllegalArgumentException} if its setting is invalid
   * @throws SettingsException if one of the function's own settings is invalid; with every fault,
   *     also in the settings of sessions
   */
  public static Map<String, String> checked(
      Map<String, String> environment, List<Consumer<Map<String, String>>> own) {
    List<String> faults = new ArrayList<>();
    own.forEach(check -> run(check, environment, faults));
    run(InvocationMetrics::check, environment, faults);
    if (!faults.isEmpty()) {
      run(SessionSettings::from, environment, faults);
      throw new SettingsException(faults);
    }
    return environment;
  }

  private static void run(
      Consumer<Map<String, String>> check, Map<String, String> environment, List<String> faults) {
    try {
      check.accept(environment);
    } catch (SettingsException e) {
      faults.addAll(e.faults());
    } catch (IllegalArgumentException e) {
      faults.add(String.valueOf(e.getMessage()));
    }
  }
}
