package dev.warmpool.functions.log;

import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.helpers.ThreadLocalMapOfStacks;
import org.slf4j.spi.MDCAdapter;

/**
 * The context of each thread, SLF4J's MDC. Unlike SLF4J's own, it is not inherited by the threads
 * that a thread starts: an event loop's would name the first invocation in the lines of all later
 * ones. Thread-safe.
 */
final class ThreadContext implements MDCAdapter {

  private final Values values = new Values();
  private final ThreadLocalMapOfStacks stacks = new ThreadLocalMapOfStacks();

  /** Not by a lambda expression, whose first use takes milliseconds of a cold start. */
  private static final class Values extends ThreadLocal<Map<String, String>> {

    @Override
    protected Map<String, String> initialValue() {
      return new HashMap<>();
    }
  }

  @Override
  public void put(String key, @Nullable String value) {
    values.get().put(key, value);
  }

  @Override
  public @Nullable String get(String key) {
    return values.get().get(key);
  }

  @Override
  public void remove(String key) {
    values.get().remove(key);
  }

  @Override
  public void clear() {
    values.remove();
  }

  @Override
  public Map<String, String> getCopyOfContextMap() {
    return new HashMap<>(values.get());
  }

  @Override
  public void setContextMap(Map<String, String> context) {
    values.set(new HashMap<>(context));
  }

  @Override
  public void pushByKey(String key, @Nullable String value) {
    stacks.pushByKey(key, value);
  }

  @Override
  public @Nullable String popByKey(String key) {
    return stacks.popByKey(key);
  }

  @Override
  public @Nullable Deque<String> getCopyOfDequeByKey(String key) {
    return stacks.getCopyOfDequeByKey(key);
  }

  @Override
  public void clearDequeByKey(String key) {
    stacks.clearDequeByKey(key);
  }
}
