package dev.warmpool.functions.schema;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A migration script from {@code db/migration} on the class path. Immutable.
 *
 * @param version the number in the file name
 * @param name the file name, {@code V<version>__<description>.sql}
 * @param sql statements separated by semicolons, without transaction control
 */
record Migration(int version, String name, String sql) {

  private static final String FOLDER = "/db/migration/";
  private static final Pattern NAME = Pattern.compile("V(\\d+)__\\w+\\.sql");

  /**
   * Reads all scripts in the order of the file {@code index}, which names them because a class path
   * cannot be listed.
   *
   * @throws IllegalStateException if a script is missing or its file name is invalid
   */
  static List<Migration> all() {
    return read("index").lines().map(Migration::of).toList();
  }

  private static Migration of(String file) {
    Matcher name = NAME.matcher(file);
    if (!name.matches()) {
      throw new IllegalStateException(
          "db/migration/" + file + ": must be named V<version>__<description>.sql");
    }
    return new Migration(Integer.parseInt(name.group(1)), file, read(file));
  }

  private static String read(String file) {
    try (InputStream in = Migration.class.getResourceAsStream(FOLDER + file)) {
      if (in == null) {
        throw new IllegalStateException("db/migration/" + file + " is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns the SHA-256 of the script's text in hexadecimal, by which a script that was changed
   * after it was applied is detected.
   */
  String checksum() {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(sql.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
