package dev.warmpool.session.internal.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.internal.sql.StatefulText.Verdict;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatefulTextTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 1",
        "UPDATE item SET name = $1",
        "UPDATE \"item\" SET name = $1",
        "update item as i\n set name = $1",
        "INSERT INTO item VALUES ($1) ON CONFLICT (id) DO UPDATE SET name = $2",
        "INSERT INTO item VALUES ($1) ON CONFLICT DO NOTHING",
        "MERGE INTO item USING other ON true WHEN MATCHED THEN UPDATE SET name = 'x'",
        "MERGE INTO item USING other ON true WHEN NOT MATCHED THEN DO NOTHING",
        "SELECT role, search_path, authorization_id FROM template",
        "SET LOCAL work_mem = '8MB'",
        "set  constraints all deferred",
        "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
        "GRANT EXECUTE ON FUNCTION f TO reader",
        "GRANT CREATE ON SCHEMA s TO writer",
        "SELECT pg_advisory_xact_lock(1), pg_try_advisory_xact_lock_shared(2)",
        "SELECT dataset, settings, preset FROM t",
        "/* trace */ UPDATE item SET name = $1",
        "INSERT INTO item VALUES (1) -- upsert\n ON CONFLICT DO NOTHING",
        "SELECT * FROM t WHERE state = 'set' AND kind IN ('load', 'listen')",
        "SELECT data->>'set', i.set, i.load FROM t i",
        "SELECT 'Set of ' || name, set FROM t",
        "UPDATE t SET a = 1 -- set the value",
        ""
      })
  void passesTextsThatLeaveNothing(String sql) {
    assertThat(StatefulText.verdict(sql)).isEqualTo(Verdict.NOTHING);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE t (id int)",
        "create  TEMP table t (id int)",
        "SELECT 1 AS id INTO TEMPORARY t",
        "INSERT INTO pg_temp.item VALUES (1)",
        "SELECT * FROM pg_temp_3.item",
        "SELECT pg_advisory_lock(1)",
        "SELECT pg_try_advisory_lock_shared(1)",
        "SELECT 1;PREPARE p AS SELECT 1",
        "EXECUTE p",
        "DECLARE c CURSOR WITH HOLD FOR SELECT 1",
        "CALL p($1)",
        "RESET work_mem",
        "DISCARD TEMP",
        "DEALLOCATE ALL",
        "EXPLAIN ANALYZE SELECT 1; EXECUTE p"
      })
  void asksAboutTextsThatCouldLeaveSomething(String sql) {
    assertThat(StatefulText.verdict(sql)).isEqualTo(Verdict.ASK);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET work_mem = '8MB'",
        "set session statement_timeout = 1",
        "/* x */ SET work_mem = '8MB'",
        "SELECT 1;\n  SET app.tenant = 'a'",
        "SELECT set_config('app.tenant', $1, false)",
        "SET ROLE reader",
        "SET SESSION AUTHORIZATION reader",
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
        "LISTEN channel",
        "LOAD 'auto_explain'",
        "DO $$ BEGIN PERFORM f(); END $$",
        "DO $$ BEGIN EXECUTE 'SE' || 'T app.tenant = 1'; END $$",
        "-- the tenant of this session\nSET app.tenant = 'A'",
        "SELECT 1; -- now\r  SET app.tenant = 'A'",
        "SELECT 1; /* now */SET app.tenant = 'A'",
        "-- x\nLISTEN channel",
        "/* a /* b */ c */ SET app.tenant = 'A'",
        "UPDATE t /* for all that is known */ SET a = 1",
        "SET local.tenant = 'A'",
        "SET transaction . tenant = 'A'",
        "UPDATE pg_settings SET setting = '1' WHERE name = 'work_mem'",
        "SELECT U&\"s\\0065t_config\"('app.tenant', 'A', false)",
        "DO $$ BEGIN PERFORM f('TimeZone'); END $$",
        "DO $$ BEGIN SET work_mem = '8MB'; END $$",
        "DO $$ BEGIN IF true THEN EXECUTE 'SET search_path TO x'; END IF; END $$",
        "DO $$ BEGIN EXECUTE 'LISTEN channel'; END $$",
        "DO $$ BEGIN EXECUTE 'S' || 'ET search_path TO x'; END $$",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql SET search_path = x AS 'SELECT 1'"
      })
  void knowsTextsWhoseStateNoViewShows(String sql) {
    assertThat(StatefulText.verdict(sql)).isEqualTo(Verdict.LEAVES);
  }
}
