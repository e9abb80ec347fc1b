package dev.warmpool.session.settings;

/** Which threads run the connections' event loop, {@code WARMPOOL_LOOP}. */
public enum LoopMode {
  /** The thread that waits in {@code SessionManager.await}: fastest for one caller at a time. */
  CALLER,
  /** Reactor's own threads: spreads many callers over the processors. */
  THREADS
}
