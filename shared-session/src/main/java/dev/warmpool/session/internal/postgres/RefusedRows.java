package dev.warmpool.session.internal.postgres;

import io.r2dbc.postgresql.api.ErrorDetails;
import io.r2dbc.postgresql.api.PostgresqlException;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which of many rows the server refused, as far as its error tells. */
public final class RefusedRows {

  /** {@code COPY item, line 3, column id: "x"}, in whichever language. */
  private static final Pattern COPIED_LINE = Pattern.compile("^COPY [^\\n]*?, \\p{L}+ (\\d+)");

  private RefusedRows() {}

  /** The line of a copy, from 1. */
  public static OptionalLong copiedLine(Throwable error) {
    if (error instanceof PostgresqlException database) {
      ErrorDetails details = database.getErrorDetails();
      Matcher line = COPIED_LINE.matcher(details.getWhere().orElse(""));
      if (line.find()) {
        return OptionalLong.of(Long.parseLong(line.group(1)));
      }
    }
    return OptionalLong.empty();
  }
}
