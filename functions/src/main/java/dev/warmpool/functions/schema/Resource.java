package dev.warmpool.functions.schema;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Text files on the class path. Stateless. */
final class Resource {

  private Resource() {}

  /**
   * Reads a file in UTF-8.
   *
   * @param path from the root of the class path, without a leading slash
   * @throws IllegalStateException if there is no such file
   */
  static String read(String path) {
    try (InputStream in = Resource.class.getResourceAsStream("/" + path)) {
      if (in == null) {
        throw new IllegalStateException(path + " is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
