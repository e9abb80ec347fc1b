package dev.warmpool.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The rows that are inserted, and the statements that insert them. */
final class RowData {

  static final String INSERT = "INSERT INTO loaded VALUES ($1, $2)";

  static final String UNNEST = "INSERT INTO loaded SELECT * FROM unnest($1::int[], $2::text[])";

  static final String COPY = "COPY loaded FROM STDIN";

  /** Pieces of a copy as a program would make them while it reads its source. */
  private static final int ROWS_IN_PIECE = 500;

  private static final Integer[] IDS = IntStream.range(0, Sql.ROWS).boxed().toArray(Integer[]::new);

  private static final String[] NAMES =
      IntStream.range(0, Sql.ROWS).mapToObj(i -> "name of " + i).toArray(String[]::new);

  private RowData() {}

  static int id(int row) {
    return IDS[row];
  }

  static String name(int row) {
    return NAMES[row];
  }

  static Object[] row(int row) {
    return new Object[] {IDS[row], NAMES[row]};
  }

  /** The ids of the first rows. */
  static Integer[] ids(int rows) {
    return Arrays.copyOf(IDS, rows);
  }

  static String[] names(int rows) {
    return Arrays.copyOf(NAMES, rows);
  }

  /** The numbers of the pieces. */
  static List<Integer> pieces() {
    return IntStream.range(0, Sql.ROWS / ROWS_IN_PIECE).boxed().toList();
  }

  /** A piece of the rows as COPY reads them. */
  static byte[] piece(int number) {
    int from = number * ROWS_IN_PIECE;
    return IntStream.range(from, from + ROWS_IN_PIECE)
        .mapToObj(i -> IDS[i] + "\t" + NAMES[i] + "\n")
        .collect(Collectors.joining())
        .getBytes(StandardCharsets.UTF_8);
  }
}
