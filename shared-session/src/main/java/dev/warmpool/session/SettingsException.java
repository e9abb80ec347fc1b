package dev.warmpool.session;

import java.util.List;

/**
 * Settings are missing or wrong; reports all faults at once. The schema of extensions can be
 * checked only in the database, so a session reports it if it does not exist.
 */
public final class SettingsException extends SessionException {

  private static final long serialVersionUID = 1L;

  private final String[] faults;

  /**
   * Creates the exception.
   *
   * @param faults each with the setting's name, its value unless it is a secret, and the rule
   */
  public SettingsException(List<String> faults) {
    super(
        (faults.size() == 1 ? "1 fault" : faults.size() + " faults")
            + " in the settings:\n  - "
            + String.join("\n  - ", faults),
        null);
    this.faults = faults.toArray(String[]::new);
  }

  /** Each fault with the setting's name, its value unless it is a secret, and the rule. */
  public List<String> faults() {
    return List.of(faults);
  }
}
