package dev.warmpool.session.internal.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.internal.sql.CopyText.Direction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Finds COPY from or to the client, and nothing else. */
class CopyTextTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "COPY t FROM STDIN",
        " \n copy/**/t(a, \"from\") from stdin with (format csv) where a > 1 ;",
        "COPY t FROM STDOUT",
        "-- c\nCOPY s.\"COPY t TO STDOUT\" FROM STDIN",
        "copy binary t from stdin",
      })
  void findsACopyFromTheClient(String sql) {
    assertThat(CopyText.in(sql)).isEqualTo(Direction.FROM_CLIENT);
    assertThat(CopyText.isFromClient(sql)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 1; COPY t FROM STDIN",
        "COPY t FROM STDIN; SELECT 1",
        "COPY t FROM '/file'; COPY t FROM STDIN",
        "COPY t FROM ; COPY t FROM STDIN",
      })
  void findsACopyAmongOtherStatements(String sql) {
    assertThat(CopyText.in(sql)).isEqualTo(Direction.FROM_CLIENT);
    assertThat(CopyText.isFromClient(sql)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "COPY t TO STDOUT",
        "copy (SELECT a FROM stdin) to\n--x\nstdout",
        "COPY (SELECT 1) TO STDIN",
        "SELECT 1;;COPY t TO STDOUT (FORMAT csv)",
      })
  void findsACopyToTheClient(String sql) {
    assertThat(CopyText.in(sql)).isEqualTo(Direction.TO_CLIENT);
    assertThat(CopyText.isFromClient(sql)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "COPY t FROM '/file'",
        "COPY t TO PROGRAM 'cat > stdout'",
        "COPY stdin FROM '/file'",
        "COPY t FROM '/file' -- from stdin",
        "SELECT 'COPY t FROM STDIN'",
        "SELECT '; COPY t FROM STDIN'",
        "SELECT copy FROM stdin",
        "SELECT * FROM copy",
        "CREATE TABLE copy (stdin int)",
        "\"copy\" t FROM STDIN",
        "DO $$BEGIN COPY t FROM STDIN; END$$",
        "COPY",
        "COPY t FROM",
        "",
      })
  void findsNothingElse(String sql) {
    assertThat(CopyText.in(sql)).isEqualTo(Direction.NONE);
    assertThat(CopyText.isFromClient(sql)).isFalse();
  }
}
