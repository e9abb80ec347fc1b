package dev.warmpool.local.runtime;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;

/** Stops and continues processes, as Lambda freezes and thaws an execution environment. */
final class Signals {

  /** Linux's numbers, on x86 and ARM. */
  private static final int SIGCONT = 18;

  private static final int SIGSTOP = 19;

  private Signals() {}

  private interface LibC extends Library {
    int kill(int pid, int signal);
  }

  /** Loaded at first use, and only where it is of use. */
  private static final class Holder {
    static final LibC LIBC = Native.load("c", LibC.class);
  }

  /** Whether this machine's processes can be frozen here. */
  static boolean areAvailable() {
    return Platform.isLinux();
  }

  static void freeze(long pid) {
    Holder.LIBC.kill((int) pid, SIGSTOP);
  }

  static void thaw(long pid) {
    Holder.LIBC.kill((int) pid, SIGCONT);
  }
}
