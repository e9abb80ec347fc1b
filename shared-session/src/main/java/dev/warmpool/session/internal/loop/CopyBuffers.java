package dev.warmpool.session.internal.loop;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledHeapByteBuf;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The data of a COPY as the driver takes it. The driver would ask for dozens of pieces ahead, and
 * leave those unreleased that it drops; here the next piece follows when the one before has been
 * released, so that it holds one piece. The pieces are of the heap, and each is copied by the
 * driver as it is written.
 */
public final class CopyBuffers {

  private CopyBuffers() {}

  /** A piece that tells when it is released. */
  private static final class Piece extends UnpooledHeapByteBuf {

    private final Sinks.Empty<Void> released;

    Piece(byte[] bytes, Sinks.Empty<Void> released) {
      super(UnpooledByteBufAllocator.DEFAULT, bytes, bytes.length);
      this.released = released;
    }

    @Override
    protected void deallocate() {
      super.deallocate();
      released.tryEmitEmpty();
    }
  }

  /** The pieces, each to become a message. */
  public static Flux<Publisher<ByteBuf>> of(Flux<byte[]> pieces) {
    return pieces.concatMap(CopyBuffers::alone, 0);
  }

  private static Flux<Publisher<ByteBuf>> alone(byte[] bytes) {
    Sinks.Empty<Void> released = Sinks.empty();
    Publisher<ByteBuf> message = Mono.fromSupplier(() -> new Piece(bytes, released));
    return Flux.just(message).concatWith(released.asMono().then(Mono.empty()));
  }
}
