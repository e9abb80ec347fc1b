package dev.warmpool.session;

import java.time.Duration;

/**
 * Hears of the life of each session, for metrics and traces. All methods do nothing by default.
 *
 * <p>They are called on the thread that runs the session, often that of an event loop, and must not
 * block. An exception of a listener is logged once and changes nothing. Calls for one session come
 * one after another, those for several sessions at once: an implementation is thread-safe.
 *
 * <p>A session ends by exactly one of {@link #committed}, {@link #rolledBack} and {@link
 * #outcomeUnknown}; a statement that was cut may be told after that, when its connection is closed.
 */
public interface SessionListener {

  /**
   * The session has a connection: for its first statement, and again after {@link #reopening}.
   *
   * @param time since it asked for one, with connecting, if a new connection was opened for it
   */
  default void waited(ObservedSession session, Duration time) {}

  /**
   * The connection is a new one.
   *
   * @param time that opening it took, from the request for a password to the server's greeting
   */
  default void connected(ObservedSession session, Duration time) {}

  /**
   * The server has acknowledged the opening.
   *
   * @param time since it was sent
   */
  default void opened(ObservedSession session, Duration time) {}

  /**
   * The connection was dead, and the opening is sent again on another one: {@link #waited} and
   * {@link #opened} follow.
   *
   * @param cause how the connection was found dead
   */
  default void reopening(ObservedSession session, Throwable cause) {}

  /** A statement behind an acknowledged opening has ended, with or without success. */
  default void ran(ObservedSession session, StatementReport statement) {}

  /**
   * The session met its deadline. Its end follows.
   *
   * @param time since the session began
   */
  default void cut(ObservedSession session, Duration time) {}

  /**
   * The session outlived its invocation and is ended from outside. Its end follows.
   *
   * @param origin where it was begun
   */
  default void strayEnded(ObservedSession session, SessionOrigin origin) {}

  /**
   * COMMIT was acknowledged and the connection is free again; of a session that had nothing to
   * commit, its work has succeeded.
   *
   * @param time since its work ended
   */
  default void committed(ObservedSession session, Duration time) {}

  /**
   * The session failed or its caller left, and its connection is clean or closed.
   *
   * @param time since its work ended
   */
  default void rolledBack(ObservedSession session, Duration time) {}

  /**
   * COMMIT, or a statement outside a transaction, was sent and not answered.
   *
   * @param time since its work ended
   */
  default void outcomeUnknown(ObservedSession session, Duration time) {}
}
