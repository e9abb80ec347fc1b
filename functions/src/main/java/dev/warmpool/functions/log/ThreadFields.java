package dev.warmpool.functions.log;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.helpers.BasicMDCAdapter;

/**
 * SLF4J's context of each thread. Unlike SLF4J's own, it is read without a copy, and a thread that
 * an invocation starts does not keep that invocation's fields. Thread-safe.
 */
final class ThreadFields extends BasicMDCAdapter {

  private final ThreadLocal<@Nullable Map<String, String>> fields = new ThreadLocal<>();

  /** The fields of this thread, to be read by it at once. */
  Map<String, String> current() {
    Map<String, String> known = fields.get();
    if (known == null) {
      known = new HashMap<>();
      fields.set(known);
    }
    return known;
  }

  @Override
  public void put(String key, String value) {
    current().put(key, value);
  }

  @Override
  public @Nullable String get(String key) {
    return current().get(key);
  }

  @Override
  public void remove(String key) {
    current().remove(key);
  }

  @Override
  public void clear() {
    current().clear();
  }

  @Override
  public Set<String> getKeys() {
    return Set.copyOf(current().keySet());
  }

  @Override
  public Map<String, String> getCopyOfContextMap() {
    return new HashMap<>(current());
  }

  @Override
  public void setContextMap(Map<String, String> context) {
    fields.set(new HashMap<>(context));
  }
}
