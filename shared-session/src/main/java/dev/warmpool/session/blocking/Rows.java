package dev.warmpool.session.blocking;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The rows of a statement that has not been sent. Each call sends it and waits.
 *
 * @param <T> the items that the mapper makes of the rows
 */
public interface Rows<T> {

  /**
   * The only row.
   *
   * @throws RowCountException if there is none or more than one. Of more, two are mapped and the
   *     rest is dropped
   */
  T one();

  /**
   * The only row, if there is one.
   *
   * @throws RowCountException if there is more than one
   */
  Optional<T> optional();

  /** All rows, in memory; an immutable list. */
  List<T> list();

  /**
   * The rows as they arrive, with back-pressure: at most 64 are held in memory. The statement is
   * sent when the stream is first read.
   *
   * <p>While the stream is open, other statements of the session fail with {@link
   * dev.warmpool.session.ConcurrentUseException}. It closes when its last row was read, by {@link
   * Stream#close}, and with the session or the savepoint in which it was read; to read on then is
   * an {@link IllegalStateException}. If it is closed early, the rest of the rows is received and
   * dropped before the next statement or COMMIT: limit the query itself if the rest is large.
   *
   * @return a sequential stream, read by one thread inside the unit of work
   */
  Stream<T> stream();
}
