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
 * One script of {@code db/migration}. Immutable.
 *
 * @param version its number, from 1 without gaps
 * @param name the file's
 * @param sql statements separated by semicolons, without transaction control
 */
record Migration(int version, String name, String sql) {

  private static final String FOLDER = "/db/migration/";
  private static final Pattern NAME = Pattern.compile("V(\\d+)__\\w+\\.sql");

  /** All scripts, in order; {@code index} names them, for a class path cannot be listed. */
  static List<Migration> all() {
    return read("index").lines().map(Migration::of).toList();
  }

  private static Migration of(String file) {
    Matcher name = NAME.matcher(file);
    if (!name.matches()) {
      throw new IllegalStateException(
          "db/migration/" + file + " is not called V<number>__<name>.sql");
    }
    return new Migration(Integer.parseInt(name.group(1)), file, read(file));
  }

  private static String read(String file) {
    try (InputStream in = Migration.class.getResourceAsStream(FOLDER + file)) {
      if (in == null) {
        throw new IllegalStateException("db/migration/" + file + " is not in the archive");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** By which a script changed after it was applied is noticed: SHA-256 of its text. */
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
