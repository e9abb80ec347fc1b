package dev.warmpool.session.internal.sql;

import dev.warmpool.session.internal.sql.InsertRows.Slot;
import dev.warmpool.session.internal.sql.SqlTokens.Kind;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code INSERT INTO … VALUES (…)} with an {@code ON CONFLICT} behind it. It refuses what may
 * see the rows before it, such as a subquery, a function that it does not know and {@code DO
 * UPDATE} of a row that the values do not name, and {@code RETURNING}, whose rows nothing reads.
 * Used once.
 */
final class InsertParser {

  /** Neither these functions nor types and keywords with parentheses see a table's rows. */
  private static final Set<String> MAY_HAVE_PARENTHESES =
      Set.of(
          // functions of the server
          "now",
          "clock_timestamp",
          "transaction_timestamp",
          "gen_random_uuid",
          "uuidv4",
          "uuidv7",
          "nextval",
          "random",
          "lower",
          "upper",
          "trim",
          "length",
          "md5",
          "abs",
          "round",
          "coalesce",
          "nullif",
          "greatest",
          "least",
          "to_timestamp",
          "date_trunc",
          "make_interval",
          "to_jsonb",
          "jsonb_build_object",
          "decode",
          "row",
          "cast",
          // types
          "varchar",
          "char",
          "character",
          "varying",
          "numeric",
          "decimal",
          "float",
          "bit",
          "varbit",
          "timestamp",
          "timestamptz",
          "time",
          "timetz",
          "interval",
          "current_time",
          "current_timestamp",
          "localtime",
          "localtimestamp",
          // keywords
          "and",
          "or",
          "not",
          "in",
          "any",
          "all",
          "between",
          "is",
          "case",
          "when",
          "then",
          "else",
          "from",
          "where",
          "set",
          "conflict");

  private static final Set<String> SUBQUERIES = Set.of("select", "table", "with", "values");

  private static final String DOT = ".";

  private final String sql;
  private final SqlTokens tokens;
  private final List<Slot> slots = new ArrayList<>();
  private final List<String> columns = new ArrayList<>();
  private final List<Integer> expressions = new ArrayList<>();
  private final List<Integer> valueEnds = new ArrayList<>();
  private final List<Integer> keys = new ArrayList<>();
  private boolean more;
  private boolean special;
  private int keyword;
  private int rowStart;
  private int rowEnd;

  InsertParser(String sql) {
    this.sql = sql;
    this.tokens = new SqlTokens(sql);
  }

  /**
   * What the text consists of.
   *
   * @param keyword the index of {@code VALUES}
   * @param rowStart the index of the parenthesis in front of the values
   * @param rowEnd the index behind the one that closes them
   * @param ends the indices in the row of what ends each value, a comma or the last parenthesis
   * @param slots of the parameters
   * @param parameters how many values a row has
   * @param keys the indices of the values that name the row which is updated
   * @param byColumn the indices of the values of those columns that get a value as it is
   * @param plain whether each parameter is one value by itself or with a cast, and no value is one
   *     that only {@code VALUES} may have, so that a query may give the row
   */
  record Parts(
      String sql,
      int keyword,
      int rowStart,
      int rowEnd,
      List<Integer> ends,
      List<Slot> slots,
      int parameters,
      List<Integer> keys,
      Map<String, Integer> byColumn,
      boolean plain) {}

  @Nullable Parts parts() {
    step();
    boolean known = takes("insert") && takes("into") && table() && values() && tail() && !more;
    int parameters = known ? parameters() : 0;
    return parameters == 0
        ? null
        : new Parts(
            sql,
            keyword,
            rowStart,
            rowEnd,
            valueEnds,
            slots,
            parameters,
            keys,
            byColumn(),
            isPlain());
  }

  private boolean isPlain() {
    long alone = expressions.stream().filter(number -> number > 0).count();
    return !special && alone == slots.size() && slots.size() == parameters();
  }

  private void step() {
    more = tokens.next();
  }

  private boolean takes(String word) {
    boolean found = more && tokens.word().equals(word);
    if (found) {
      step();
    }
    return found;
  }

  private boolean isSymbol(String symbol) {
    return more && tokens.kind() == Kind.SYMBOL && tokens.text().equals(symbol);
  }

  private boolean takesSymbol(String symbol) {
    boolean found = isSymbol(symbol);
    if (found) {
      step();
    }
    return found;
  }

  /** The name, folded as the server does; null if the token is none. */
  private @Nullable String name() {
    if (!more || (tokens.kind() != Kind.WORD && tokens.kind() != Kind.QUOTED_IDENTIFIER)) {
      return null;
    }
    String text = tokens.text();
    String name =
        tokens.kind() == Kind.WORD
            ? tokens.word()
            : text.substring(1, Math.max(1, text.length() - 1));
    step();
    return name;
  }

  private boolean table() {
    do {
      if (name() == null) {
        return false;
      }
    } while (takesSymbol("."));
    if (takes("as") && name() == null) {
      return false;
    }
    if ((isSymbol("(") && !names(columns)) || !overriding()) {
      return false;
    }
    keyword = tokens.start();
    return takes("values");
  }

  private boolean overriding() {
    return !takes("overriding") || ((takes("system") || takes("user")) && takes("value"));
  }

  private boolean names(List<String> into) {
    takesSymbol("(");
    do {
      String name = name();
      if (name == null) {
        return false;
      }
      into.add(name);
    } while (takesSymbol(","));
    return takesSymbol(")");
  }

  private boolean values() {
    if (!isSymbol("(")) {
      return false;
    }
    rowStart = tokens.start();
    step();
    int depth = 1;
    int single = 0; // the number of the parameter that is all of an expression; -1 for others
    boolean cast = false;
    String before = "(";
    while (more && depth > 0) {
      if (!isHarmless(before)) {
        return false;
      }
      String text = tokens.text();
      depth += isSymbol("(") || isSymbol("[") ? 1 : isSymbol(")") || isSymbol("]") ? -1 : 0;
      boolean ends = depth == 0 || depth == 1 && isSymbol(",");
      if (ends) {
        expressions.add(single);
        valueEnds.add(tokens.start() - rowStart);
        single = 0;
        cast = false;
      } else if (tokens.kind() == Kind.PARAMETER) {
        int number = number(text);
        slots.add(new Slot(tokens.start() - rowStart, tokens.end() - rowStart, number));
        single = single == 0 ? number : -1;
      } else {
        cast |= isSymbol(":") && single > 0;
        single = cast ? single : -1;
      }
      special |= isSpecial(before);
      rowEnd = tokens.end();
      before = beforeParenthesis(before);
      step();
    }
    return depth == 0 && !isSymbol(",");
  }

  /** A default, or a row, which a query would not give the column's type. */
  private boolean isSpecial(String before) {
    boolean row = isSymbol("(") && (before.isEmpty() || before.equals("("));
    return row || tokens.word().equals("default") || tokens.word().equals("row");
  }

  private static int number(String parameter) {
    return parameter.length() > 6 ? Integer.MAX_VALUE : Integer.parseInt(parameter.substring(1));
  }

  /** The token if it is a name, which is a function's if a parenthesis follows, or its dot. */
  private String beforeParenthesis(String before) {
    String dot = before.equals(DOT) ? DOT : "";
    return switch (tokens.kind()) {
      case WORD -> dot + tokens.word();
      case QUOTED_IDENTIFIER -> tokens.text();
      case SYMBOL -> isSymbol(DOT) ? DOT : "";
      default -> "";
    };
  }

  private boolean isHarmless(String before) {
    if (isSymbol("(")) {
      return before.isEmpty() || before.equals("(") || MAY_HAVE_PARENTHESES.contains(before);
    }
    return tokens.kind() != Kind.SEPARATOR && !SUBQUERIES.contains(tokens.word());
  }

  /** How many parameters the row has; 0 if there are none, or a number is left out. */
  private int parameters() {
    BitSet numbers = new BitSet();
    for (Slot slot : slots) {
      if (slot.number() > 65_535) {
        return 0;
      }
      numbers.set(slot.number());
    }
    int highest = numbers.length() - 1;
    return highest > 0 && numbers.cardinality() == highest && !numbers.get(0) ? highest : 0;
  }

  private boolean tail() {
    if (takes("on") && !(takes("conflict") && conflict())) {
      return false;
    }
    if (more && tokens.kind() == Kind.SEPARATOR) {
      step();
    }
    return true;
  }

  private boolean conflict() {
    List<String> target = new ArrayList<>();
    boolean named = isSymbol("(") && names(target);
    if (!named) {
      return skipsTo("do") && takes("nothing");
    }
    if (!takes("do")) {
      return skipsTo("do") && takes("nothing");
    }
    return takes("nothing") || (takes("update") && update(target));
  }

  private boolean skipsTo(String word) {
    while (more && !tokens.word().equals(word)) {
      if (tokens.kind() == Kind.PARAMETER || tokens.kind() == Kind.SEPARATOR) {
        return false;
      }
      step();
    }
    return takes(word);
  }

  private Map<String, Integer> byColumn() {
    Map<String, Integer> indices = new HashMap<>();
    for (int i = 0; i < Math.min(columns.size(), expressions.size()); i++) {
      if (expressions.get(i) > 0) {
        indices.put(columns.get(i), expressions.get(i) - 1);
      }
    }
    return indices;
  }

  /** Whether values alone name the row that is updated, and nothing else is looked at. */
  private boolean update(List<String> target) {
    Map<String, Integer> known = byColumn();
    for (String column : target) {
      Integer index = known.get(column);
      if (index == null) {
        return false;
      }
      keys.add(index);
    }
    String before = "";
    while (more && tokens.kind() != Kind.SEPARATOR) {
      boolean harmless = isHarmless(before) && !tokens.word().equals("returning");
      if (!harmless || tokens.kind() == Kind.PARAMETER) {
        return false;
      }
      before = beforeParenthesis(before);
      step();
    }
    return true;
  }
}
