package dev.warmpool.session.internal.rows;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/**
 * Cuts and gathers buffers to pieces of one size, each of which becomes a message and a write: a
 * message for each short row would cost more than the row. Confined to one subscription.
 */
public final class CopyPieces {

  /** As the client of PostgreSQL sends it. */
  private static final int SIZE = 64 * 1024;

  /** How many buffers are asked for ahead. */
  private static final int AHEAD = 16;

  private byte[] piece = new byte[SIZE];
  private int filled;

  private CopyPieces() {}

  /** The pieces, asked for as they are taken; all but the last are full. */
  public static Flux<byte[]> of(Publisher<ByteBuffer> data) {
    return Flux.defer(
        () -> {
          CopyPieces pieces = new CopyPieces();
          return Flux.from(data)
              .concatMapIterable(pieces::filledBy, AHEAD)
              .concatWith(Flux.defer(pieces::rest));
        });
  }

  /** The pieces that the buffer fills, which are made one after another as they are read. */
  private Iterable<byte[]> filledBy(ByteBuffer buffer) {
    ByteBuffer unread = buffer.duplicate();
    return () ->
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            fill(unread);
            return filled == SIZE;
          }

          @Override
          public byte[] next() {
            if (!hasNext()) {
              throw new NoSuchElementException();
            }
            byte[] full = piece;
            piece = new byte[SIZE];
            filled = 0;
            return full;
          }
        };
  }

  private void fill(ByteBuffer unread) {
    int length = Math.min(unread.remaining(), SIZE - filled);
    unread.get(piece, filled, length);
    filled += length;
  }

  private Flux<byte[]> rest() {
    return filled == 0 ? Flux.empty() : Flux.just(Arrays.copyOf(piece, filled));
  }
}
