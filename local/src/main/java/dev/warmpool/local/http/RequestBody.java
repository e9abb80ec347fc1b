package dev.warmpool.local.http;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;

/** Collects a request's body up to a limit and drops the rest. Confined to one event loop. */
final class RequestBody {

  /** One byte more than the largest limit of a handler, which then sees that it is exceeded. */
  private static final int KEPT = 10 * 1024 * 1024 + 1;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  void add(ByteBuf part) {
    byte[] kept = new byte[Math.min(part.readableBytes(), KEPT - bytes.size())];
    part.readBytes(kept);
    bytes.writeBytes(kept);
  }

  /** Returns what was collected and starts again. */
  byte[] take() {
    byte[] taken = bytes.toByteArray();
    bytes.reset();
    return taken;
  }
}
