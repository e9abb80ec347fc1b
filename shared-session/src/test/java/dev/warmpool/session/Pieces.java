package dev.warmpool.session;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Enumeration;
import java.util.Iterator;

/** Bytes that are made when they are read. */
final class Pieces {

  private Pieces() {}

  /** All pieces in a row. */
  static InputStream joined(Iterator<byte[]> pieces) {
    return new SequenceInputStream(
        new Enumeration<>() {
          @Override
          public boolean hasMoreElements() {
            return pieces.hasNext();
          }

          @Override
          public InputStream nextElement() {
            return new ByteArrayInputStream(pieces.next());
          }
        });
  }
}
