package dev.warmpool.session.internal.postgres;

import org.jspecify.annotations.Nullable;

/** Looks for an error among the causes of another. Stateless. */
final class Causes {

  private Causes() {}

  /** The first of this type, the error itself included; null for none. */
  static <T extends Throwable> @Nullable T first(Class<T> type, @Nullable Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return type.cast(cause);
      }
    }
    return null;
  }

  /** The last of this type, which says most; null for none. */
  static <T extends Throwable> @Nullable T last(Class<T> type, Throwable error) {
    T found = first(type, error);
    T deeper = found == null ? null : first(type, found.getCause());
    return deeper == null ? found : last(type, deeper);
  }
}
