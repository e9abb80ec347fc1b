package dev.warmpool.session.internal.postgres;

import io.r2dbc.postgresql.api.ErrorDetails;
import io.r2dbc.postgresql.api.PostgresqlException;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the server's error tells of the row that it refused, of many. */
public final class RefusedRows {

  /** {@code COPY item, line 3, column id: "x"}, in whichever language. */
  private static final Pattern COPIED_LINE = Pattern.compile("^COPY [^\\n]*?, \\p{L}+ (\\d+)");

  /** {@code Key (a, b)=(1, x) already exists.}, in whichever language. */
  private static final Pattern KEY =
      Pattern.compile("\\(([^()]*)\\)=\\((.*?)\\)[^()]*$", Pattern.DOTALL);

  private RefusedRows() {}

  /**
   * The traits of a refused row; each may be missing.
   *
   * @param column that must not be null
   * @param keyColumns of the constraint that the row violates
   * @param keyValues as the server writes them, with a comma and a space between
   * @param position of the expression in the text, from 1; 0 if it is not known
   */
  public record Traits(
      @Nullable String column, List<String> keyColumns, String keyValues, int position) {

    static final Traits NONE = new Traits(null, List.of(), "", 0);

    /** The same if the position is one in another text. */
    public Traits withoutPosition() {
      return new Traits(column, keyColumns, keyValues, 0);
    }
  }

  /** The traits that the error tells. */
  public static Traits traits(Throwable error) {
    if (!(error instanceof PostgresqlException database)) {
      return Traits.NONE;
    }
    ErrorDetails details = database.getErrorDetails();
    String state = String.valueOf(SqlStates.sqlState(error));
    Matcher key = KEY.matcher(state.startsWith("23") ? details.getDetail().orElse("") : "");
    boolean keyed = key.find();
    return new Traits(
        details.getColumnName().orElse(null),
        keyed ? List.of(key.group(1).split(", ")) : List.of(),
        keyed ? key.group(2) : "",
        details.getPosition().map(Integer::parseInt).orElse(0));
  }

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
