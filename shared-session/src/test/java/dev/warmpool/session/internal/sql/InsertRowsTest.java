package dev.warmpool.session.internal.sql;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Writes an INSERT for many rows, if one statement does the same as one for each row. */
class InsertRowsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "INSERT INTO t VALUES ($1) | INSERT INTO t VALUES ($1),($2)",
        "insert into a.\"T\" as x (a, \"B\") values ($2, $1); |"
            + " insert into a.\"T\" as x (a, \"B\") values ($2, $1),($4, $3);",
        "INSERT INTO t VALUES ($1, $1) | INSERT INTO t VALUES ($1, $1),($2, $2)",
        "INSERT INTO t VALUES (DEFAULT, now(), $1::jsonb) |"
            + " INSERT INTO t VALUES (DEFAULT, now(), $1::jsonb),(DEFAULT, now(), $2::jsonb)",
        "INSERT INTO t VALUES ($1 /* $2 ) */, '$3', \"$4\", $$$5$$, ARRAY[$2]) |"
            + " INSERT INTO t VALUES ($1 /* $2 ) */, '$3', \"$4\", $$$5$$, ARRAY[$2]),"
            + "($3 /* $2 ) */, '$3', \"$4\", $$$5$$, ARRAY[$4])",
        "INSERT INTO t (a) OVERRIDING SYSTEM VALUE VALUES ($1) ON CONFLICT DO NOTHING |"
            + " INSERT INTO t (a) OVERRIDING SYSTEM VALUE VALUES ($1),($2) ON CONFLICT DO NOTHING",
        "INSERT INTO t (a) VALUES (cast($1 AS varchar(3))) ON CONFLICT ON CONSTRAINT x DO NOTHING |"
            + " INSERT INTO t (a) VALUES (cast($1 AS varchar(3))),(cast($2 AS varchar(3)))"
            + " ON CONFLICT ON CONSTRAINT x DO NOTHING",
      })
  void writesTheRowOnceMore(String one, String two) {
    assertThat(requireNonNull(InsertRows.of(one)).text(2)).isEqualTo(two);
    assertThat(requireNonNull(InsertRows.of(one)).text(1)).isEqualTo(one);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "INSERT INTO t VALUES ($1) | INSERT INTO t SELECT (<batch_rows_1>)"
            + " FROM pg_catalog.unnest($1::x[]) AS batch_rows(batch_rows_1)",
        "INSERT INTO t (a, b, c) OVERRIDING USER VALUE VALUES ($2::int, now(), $1) ON CONFLICT DO"
            + " NOTHING | INSERT INTO t (a, b, c) OVERRIDING USER VALUE SELECT"
            + " (<batch_rows_2>::int),( now()),( <batch_rows_1>)"
            + " FROM unnest($1::x[],$2::x[]) AS batch_rows(batch_rows_1,batch_rows_2) ON CONFLICT DO NOTHING",
      })
  void writesArrays(String one, String arrays) {
    InsertRows insert = requireNonNull(InsertRows.of(one));
    assertThat(insert.takesArrays()).isTrue();
    assertThat(
            insert.ofArrays(
                Collections.nCopies(insert.parameters(), new InsertRows.Elements("x", "<", ">"))))
        .isEqualTo(arrays);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO t VALUES ($1, DEFAULT)",
        "INSERT INTO t VALUES ($1 + 1)",
        "INSERT INTO t VALUES (lower($1))",
        "INSERT INTO t VALUES (ROW(1, 2), $1)",
        "INSERT INTO t VALUES ((1, 2), $1)",
        "INSERT INTO t VALUES (now() > $1)",
        "INSERT INTO t VALUES ($1, $1)",
        "INSERT INTO t VALUES ($1, Batch_Rows_1)",
        "INSERT INTO t VALUES ($1, U&\"b\\0061tch_rows_1\")",
      })
  void keepsValuesThatOnlyRowsMayHave(String sql) {
    assertThat(requireNonNull(InsertRows.of(sql)).takesArrays()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE t SET a = $1",
        "INSERT INTO t SELECT $1",
        "INSERT INTO t (SELECT $1)",
        "WITH x AS (SELECT 1) INSERT INTO t VALUES ($1)",
        "INSERT INTO t VALUES ((SELECT max(a) + $1 FROM t))",
        "INSERT INTO t VALUES (my_function($1))",
        "INSERT INTO t VALUES (s.now($1))",
        "INSERT INTO t VALUES (\"now\"($1))",
        "INSERT INTO t VALUES (generate_series(1, $1))",
        "INSERT INTO t VALUES ($1), ($2)",
        "INSERT INTO t VALUES (1)",
        "INSERT INTO t VALUES ($1, $3)",
        "INSERT INTO t VALUES ($0, $1)",
        "INSERT INTO t VALUES ($1) RETURNING a",
        "INSERT INTO t VALUES ($1); INSERT INTO t VALUES ($1)",
        "INSERT INTO t DEFAULT VALUES",
        "INSERT INTO t (a[1]) VALUES ($1)",
        "INSERT INTO t (a) VALUES ($1) ON CONFLICT (a) DO UPDATE SET b = $1",
        "INSERT INTO t (a) VALUES ($1) ON CONFLICT (a) DO UPDATE SET b = 1 RETURNING b",
        "INSERT INTO t (a) VALUES ($1) ON CONFLICT (a) DO UPDATE SET b = (SELECT max(b) FROM t)",
        "INSERT INTO t (a) VALUES ($1) ON CONFLICT (a) DO UPDATE SET b = f(t.b)",
        "INSERT INTO t (a) VALUES ($1 + 1) ON CONFLICT (a) DO UPDATE SET b = 1",
        "INSERT INTO t (a) VALUES ($1) ON CONFLICT (b) DO UPDATE SET b = 1",
        "INSERT INTO t (a) VALUES ($1) ON CONFLICT (lower(a)) DO UPDATE SET b = 1",
        "INSERT INTO t VALUES ($1) ON CONFLICT (a) DO UPDATE SET b = 1",
        "INSERT INTO t (a) VALUES ($1) ON CONFLICT ON CONSTRAINT x DO UPDATE SET b = 1",
        "INSERT INTO t VALUES ($1",
        "INSERT INTO",
        "",
      })
  void leavesOtherTextsAsTheyAre(String sql) {
    assertThat(InsertRows.of(sql)).isNull();
  }

  @Test
  void namesTheValuesThatTellWhichRowIsUpdated() {
    InsertRows insert =
        requireNonNull(
            InsertRows.of(
                "INSERT INTO t (A, b, \"c\") VALUES ($2, now(), $1::text)"
                    + " ON CONFLICT (a, c) DO UPDATE SET (b, n) = (excluded.b, coalesce(t.n, 0))"));
    assertThat(insert.keys()).containsExactly(1, 0);
  }

  @Test
  void boundsTheRowsByValuesAndByCharacters() {
    InsertRows insert = requireNonNull(InsertRows.of("INSERT INTO t VALUES ($1, $2, $3)"));
    assertThat(insert.most(65_535, Integer.MAX_VALUE)).isEqualTo(21_845);
    int most = insert.most(65_535, 16_000);
    assertThat(insert.text(most)).hasSizeBetween(10_000, 16_000);
    assertThat(insert.most(65_535, 1)).isEqualTo(1);
  }

  @Test
  void findsTheRowOfAParameter() {
    InsertRows insert = requireNonNull(InsertRows.of("INSERT INTO t VALUES ($1, $2)"));
    String text = insert.text(9);
    assertThat(insert.rowAt(9, text.indexOf("$13") + 1)).isEqualTo(6);
    assertThat(insert.rowAt(9, 1)).isEqualTo(-1);
    assertThat(insert.rowAt(9, 0)).isEqualTo(-1);
    assertThat(insert.rowAt(9, 9_999)).isEqualTo(-1);
  }
}
