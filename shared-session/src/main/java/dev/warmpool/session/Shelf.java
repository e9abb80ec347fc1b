package dev.warmpool.session;

/** Decides for a pool whether a returned connection is kept, and hears what became of it. */
interface Shelf {

  /** Whether as many connections as are kept warm are idle and nobody waits for another. */
  boolean isFull();

  /** A connection came back. */
  void returned(boolean kept);
}
