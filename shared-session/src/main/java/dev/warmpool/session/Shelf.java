package dev.warmpool.session;

/** Decides for a pool whether a returned connection is kept, and hears what became of it. */
interface Shelf {

  /**
   * Reserves a place for a connection that is about to be returned, unless as many as are kept warm
   * are idle or about to be, and nobody waits for another.
   */
  boolean reserve();

  /** The connection for which a place was reserved came back, or was lost on the way. */
  void returned(boolean stays);

  /** A connection was closed, or could not be had. */
  void closed();
}
