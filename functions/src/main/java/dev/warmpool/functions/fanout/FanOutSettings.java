package dev.warmpool.functions.fanout;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * From how many tenants on a run is sent to a queue, and which queue that is. Immutable.
 *
 * @param threshold the most tenants that a function works through by itself, 0 to 10,000
 * @param queue the queue of its workers; empty if there is none
 * @param deadLetters the queue for tenants that failed finally; empty if there is none
 */
public record FanOutSettings(
    int threshold, Optional<MessageQueue> queue, Optional<MessageQueue> deadLetters) {

  /** The setting of the threshold, default 25. */
  static final String THRESHOLD = "FANOUT_THRESHOLD";

  private static final String QUEUE = "_QUEUE_URL";
  private static final String DEAD_LETTERS = "_DEAD_LETTERS_URL";
  private static final String DEFAULT = "25";
  private static final int MAX_THRESHOLD = 10_000;

  /**
   * Reads the threshold, and the queues from {@code <prefix>_QUEUE_URL} and {@code
   * <prefix>_DEAD_LETTERS_URL}. Makes no client and calls no service.
   *
   * @throws IllegalArgumentException if a setting is invalid
   */
  public static FanOutSettings from(Map<String, String> environment, String prefix) {
    return new FanOutSettings(
        threshold(environment),
        queue(environment, prefix + QUEUE),
        queue(environment, prefix + DEAD_LETTERS));
  }

  /** Reads each of these settings, for a check of all settings of a function. */
  public static List<Consumer<Map<String, String>>> checks(String prefix) {
    return List.of(
        FanOutSettings::threshold,
        environment -> queue(environment, prefix + QUEUE),
        environment -> queue(environment, prefix + DEAD_LETTERS));
  }

  /** Returns whether a run in this many tenants is sent to the queue. */
  public boolean isExceeded(int tenants) {
    return tenants > threshold;
  }

  private static int threshold(Map<String, String> environment) {
    String text = environment.getOrDefault(THRESHOLD, DEFAULT).strip();
    boolean isNumber = text.matches("\\d{1,5}");
    if (!isNumber || Integer.parseInt(text) > MAX_THRESHOLD) {
      throw new IllegalArgumentException(
          THRESHOLD + " is '" + text + "': must be a whole number from 0 to " + MAX_THRESHOLD);
    }
    return Integer.parseInt(text);
  }

  private static Optional<MessageQueue> queue(Map<String, String> environment, String setting) {
    String url = environment.getOrDefault(setting, "").strip();
    return url.isEmpty() ? Optional.empty() : Optional.of(SqsQueue.of(url, setting, environment));
  }
}
