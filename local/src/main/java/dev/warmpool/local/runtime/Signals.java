package dev.warmpool.local.runtime;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;

/** Freezes and thaws processes by SIGSTOP and SIGCONT. */
final class Signals {

  /** Signal numbers on Linux, x86 and ARM. */
  private static final int SIGCONT = 18;

  private static final int SIGSTOP = 19;

  private Signals() {}

  private interface LibC extends Library {
    int kill(int pid, int signal);
  }

  /** Loads the C library at first use. */
  private static final class Holder {
    static final LibC LIBC = Native.load("c", LibC.class);
  }

  /** Whether processes can be frozen on this operating system. */
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
