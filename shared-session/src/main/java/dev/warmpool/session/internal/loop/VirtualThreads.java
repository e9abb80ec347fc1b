package dev.warmpool.session.internal.loop;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/** Tells virtual threads, which Java has since 21, from others. */
final class VirtualThreads {

  private static final @Nullable MethodHandle IS_VIRTUAL = lookUp();

  private VirtualThreads() {}

  private static @Nullable MethodHandle lookUp() {
    try {
      return MethodHandles.publicLookup()
          .findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
    } catch (ReflectiveOperationException before21) {
      return null;
    }
  }

  static boolean isVirtual(Thread thread) {
    MethodHandle method = IS_VIRTUAL;
    if (method == null) {
      return false;
    }
    try {
      return (boolean) method.invokeExact(thread);
    } catch (Throwable impossible) {
      throw new LinkageError("Thread.isVirtual failed", impossible);
    }
  }
}
