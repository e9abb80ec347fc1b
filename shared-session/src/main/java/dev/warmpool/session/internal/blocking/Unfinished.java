package dev.warmpool.session.internal.blocking;

/** A statement that goes on between two waits, because the work reads or writes piece by piece. */
interface Unfinished {

  /** What the session does meanwhile, and what ends it, for a message. */
  String doing();

  /** Stops it, on the thread that runs the loop or will. */
  void stop();
}
