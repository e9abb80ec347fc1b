package dev.warmpool.session.internal.sql;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a text, for messages on values that do not fit it. Immutable.
 *
 * @param numbers of the parameters
 * @param foreign the first mark of another notation, such as {@code ?} or {@code :name}; null if
 *     there is none
 * @param several whether the text has more than one statement
 */
public record SqlParameters(BitSet numbers, @Nullable String foreign, boolean several) {

  /** Reads a text. */
  public static SqlParameters of(String sql) {
    BitSet numbers = new BitSet();
    String foreign = null;
    boolean ended = false;
    boolean several = false;
    int colon = -1;
    SqlTokens tokens = new SqlTokens(sql);
    for (int before = -1; tokens.next(); before = tokens.end()) {
      String token = tokens.text();
      several |= ended;
      ended |= tokens.kind() == SqlTokens.Kind.SEPARATOR;
      if (tokens.kind() == SqlTokens.Kind.PARAMETER) {
        numbers.set(number(token));
      } else if (foreign == null && token.equals("?")) {
        foreign = token;
      } else if (foreign == null && colon == tokens.start() && !tokens.word().isEmpty()) {
        foreign = ":" + token;
      }
      boolean doubled = colon >= 0 && before == tokens.start() && colon == tokens.start();
      colon = token.equals(":") && !doubled ? tokens.end() : -1;
    }
    return new SqlParameters(numbers, foreign, several);
  }

  /** The protocol has 16 bits for it, so that longer ones are none. */
  private static int number(String token) {
    return token.length() > 6 ? 0 : Integer.parseInt(token.substring(1));
  }

  private int highest() {
    return Math.max(0, numbers.length() - 1);
  }

  /** How many parameters the text has, and how they are written. */
  public String described() {
    int highest = highest();
    if (highest > 0) {
      return highest == 1 ? "1 parameter ($1)" : highest + " parameters ($1 to $" + highest + ")";
    }
    return (foreign == null ? "no parameters" : foreign + " and no parameters")
        + ": write $1, $2, … where the values belong";
  }

  /** Why the text and its values do not fit, if the driver does not take the text. */
  public @Nullable String fault() {
    if (several && highest() > 0) {
      return "a text of several statements takes no values: run them one by one";
    }
    int gap = numbers.nextClearBit(1);
    return gap < highest()
        ? "the text has $" + highest() + " but no $" + gap + ": number the parameters without a gap"
        : null;
  }
}
