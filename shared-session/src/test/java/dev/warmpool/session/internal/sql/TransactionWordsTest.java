package dev.warmpool.session.internal.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.internal.sql.TransactionWords.Suspicion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Finds transaction control in a text, and nothing else. */
class TransactionWordsTest {

  private static String found(String sql) {
    return TransactionWords.in(sql) == Suspicion.NONE ? null : TransactionWords.command(sql);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "BEGIN | BEGIN",
        "begin read write | BEGIN",
        "START TRANSACTION | START",
        "Commit | COMMIT",
        "COMMIT AND CHAIN | COMMIT",
        "commit prepared 'x' | COMMIT",
        "END | END",
        "end work | END",
        "ROLLBACK | ROLLBACK",
        "ROLLBACK WORK | ROLLBACK",
        "rollback transaction and chain | ROLLBACK",
        "ROLLBACK; SELECT 1 | ROLLBACK",
        "ROLLBACK PREPARED 'x' | ROLLBACK",
        "ABORT | ABORT",
        "PREPARE /* a comment */ TRANSACTION 'x' | PREPARE TRANSACTION",
        "PREPARE TRANSACTION $$x$$ | PREPARE TRANSACTION",
        "PREPARE TRANSACTION U&'x' | PREPARE TRANSACTION",
        "PREPARE TRANSACTION | PREPARE TRANSACTION",
        "PREPARE transaction AS SELECT 1; COMMIT | COMMIT",
        "prepare; commit | COMMIT",
        "SELECT 1; COMMIT; SELECT 1/0 | COMMIT",
        ";;COMMIT | COMMIT",
        "/* a /* nested */ comment */ COMMIT | COMMIT",
        "SELECT E'it\\'s'; COMMIT | COMMIT",
        "SELECT '\\'; COMMIT; --' | COMMIT",
        "SELECT $a$ ; $b$ ; $a$; COMMIT | COMMIT",
        "SELECT \"a\"\";\"; COMMIT | COMMIT",
        "SELECT a$b FROM t; COMMIT; SELECT $b$ | COMMIT",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END; COMMIT | COMMIT",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; END; END | END",
        "CREATE TABLE begin (n int); COMMIT | COMMIT",
        "CREATE VIEW v AS SELECT begin atomic FROM (SELECT 1 AS begin) q; COMMIT | COMMIT",
        "CREATE OR REPLACE VIEW v AS SELECT begin atomic FROM function; COMMIT | COMMIT",
        "CREATE FUNCTION f(begin atomic) RETURNS int AS 'x'; COMMIT | COMMIT",
        "CREATE FUNCTION f() RETURNS TABLE (begin atomic) AS 'x'; COMMIT | COMMIT",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1 AS case; END; COMMIT | COMMIT",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1 case; END; COMMIT | COMMIT",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT t.case FROM t; END; COMMIT | COMMIT",
        "CREATE PROCEDURE p() BEGIN ATOMIC END; COMMIT | COMMIT",
        "CREATE PROCEDURE p() BEGIN ATOMIC ;; END; SELECT begin atomic; COMMIT | COMMIT",
        "DO $$BEGIN NULL; END$$; ROLLBACK | ROLLBACK"
      })
  void findsCommandsThatStandAtTheStartOfAStatement(String sql, String command) {
    assertThat(found(sql)).isEqualTo(command);
  }

  @Test
  void findsCommandsBehindWhiteSpaceAndLineComments() {
    assertThat(found("\t\r\n\f\u000b-- a comment; COMMIT\n commit\u00a0work; COMMIT")).isNotNull();
    assertThat(found("-- a comment\rCOMMIT")).isEqualTo("COMMIT");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT E'a'\n'\\''; COMMIT; --'",
        "SELECT e'a' \r\t'b'\f\n'\\''; COMMIT; --'",
        "SELECT E'a' -- it's\n -- again\n '\\''; COMMIT; --'",
        "SELECT E'a'--\n''\n'\\''; COMMIT; --'",
        "SELECT 'a'\n'\\'; COMMIT; --'",
        "SELECT 'a'\n'b'; COMMIT",
        "SELECT E'a' AS a,\n'\\'; COMMIT; --'"
      })
  void readsAStringThatGoesOnInTheNextLine(String sql) {
    assertThat(found(sql)).isEqualTo("COMMIT");
  }

  @ParameterizedTest
  @ValueSource(strings = {"SELECT E'a'\n'\\'; COMMIT'", "SELECT 'a' -- b\n'; COMMIT; --'"})
  void findsNothingInAStringThatGoesOn(String sql) {
    assertThat(found(sql)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 1",
        "SAVEPOINT begin_here",
        "RELEASE SAVEPOINT a",
        "ROLLBACK TO SAVEPOINT a",
        "rollback work to a",
        "ROLLBACK TRANSACTION TO a; RELEASE a",
        "SELECT 'COMMIT'; SELECT '; COMMIT'",
        "SELECT 'it''s; COMMIT'",
        "SELECT E'it\\'s; COMMIT'",
        "SELECT \"COMMIT\" FROM \"a;COMMIT\"",
        "SELECT $$; COMMIT$$",
        "SELECT $tag$; COMMIT; $$ $tag$",
        "SELECT 1 -- ; COMMIT",
        "SELECT 1 /* ; /* COMMIT */ ; COMMIT */",
        "SELECT CASE WHEN a THEN 1 ELSE 2 END FROM t",
        "SELECT 1; SELECT CASE a WHEN 1 THEN 2 END",
        "DO $$BEGIN COMMIT; END$$",
        "CALL committing()",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END",
        "CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC INSERT INTO t VALUES (CASE WHEN true THEN 1"
            + " END); SELECT 1; END; SELECT 1",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT p.end FROM period p; SELECT p.end"
            + " FROM period p; END",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1 AS end; SELECT 2; END",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1 end; SELECT 2; END; SELECT 3",
        "CREATE FUNCTION f(a int DEFAULT (1)) RETURNS begin BEGIN ATOMIC SELECT (1); END",
        "PREPARE commit AS SELECT 1",
        "PREPARE transaction AS SELECT 1",
        "PREPARE transaction (int) AS SELECT $1",
        "SELECT start, \"end\" FROM commit",
        "INSERT INTO t (start) VALUES ($1)",
        "EXPLAIN SELECT 1 AS commit",
        "SELECT x.commit, y.rollback FROM x",
        "SELECT 'unclosed; COMMIT",
        "SELECT $a$ unclosed; COMMIT",
        "/* unclosed; COMMIT",
        ""
      })
  void findsNothingElse(String sql) {
    assertThat(found(sql)).isNull();
  }

  @Test
  void suspectsOnlyTextsWithAWordOfTransactionControl() {
    assertThat(TransactionWords.in("SELECT committed, weekend, starts, beginning FROM aborted"))
        .isEqualTo(Suspicion.NONE);
    assertThat(TransactionWords.in("SELECT start FROM t")).isEqualTo(Suspicion.MAY_BEGIN);
    assertThat(TransactionWords.in("SELECT start FROM t; END")).isEqualTo(Suspicion.MAY_END);
    assertThat(TransactionWords.in("end")).isEqualTo(Suspicion.MAY_END);
  }
}
