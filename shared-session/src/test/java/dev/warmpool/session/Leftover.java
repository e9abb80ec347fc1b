package dev.warmpool.session;

import java.util.Arrays;
import java.util.stream.Collectors;

/** State that a statement can leave on the server's connection, with the SQL that shows it. */
enum Leftover {
  TEMP_TABLE("CREATE TEMP TABLE item AS SELECT 'poison' AS name", in("pg_class", "relnamespace")),
  TEMP_FUNCTION(
      "CREATE FUNCTION pg_temp.poison() RETURNS int LANGUAGE sql AS 'SELECT 1'",
      in("pg_proc", "pronamespace")),
  ROLE("SET ROLE leftover_role", "current_user"),
  AUTHORIZATION("SET SESSION AUTHORIZATION leftover_role", "session_user"),
  PARAMETER("SET leftover.a = 'poison'", custom("leftover.a")),
  BY_FUNCTION("SELECT set_config('leftover.b', 'poison', false)", custom("leftover.b")),
  BY_DO(
      "DO $$ BEGIN PERFORM set_config('leftover.c', 'poison', false); END $$",
      custom("leftover.c")),
  TEMP_BY_DO(
      "DO $$ BEGIN EXECUTE 'CREATE ' || 'TEM' || 'P VIEW poison AS SELECT 1'; END $$",
      in("pg_class", "relnamespace")),
  STRINGS("SET standard_conforming_strings = off", setting("standard_conforming_strings")),
  ENCODING("SET client_encoding = 'LATIN1'", setting("client_encoding")),
  TIME_ZONE("SET TimeZone = 'Asia/Kathmandu'", setting("TimeZone")),
  DATE_STYLE("SET DateStyle = 'Postgres, YMD'", setting("DateStyle")),
  LISTEN("LISTEN poison", "(SELECT count(*) FROM pg_listening_channels())"),
  ADVISORY_LOCK("SELECT pg_advisory_lock(-42)", locks("ExclusiveLock")),
  SHARED_LOCK("SELECT pg_try_advisory_lock_shared(-1, 7)", locks("ShareLock")),
  PREPARED(
      "PREPARE poison AS SELECT 1",
      "(SELECT count(*) FROM pg_prepared_statements WHERE name = 'poison')"),
  HELD_CURSOR(
      "DECLARE poison CURSOR WITH HOLD FOR SELECT generate_series(1, 10)",
      "(SELECT count(*) FROM pg_cursors WHERE name = 'poison')"),
  READ_ONLY(
      "SELECT set_config('default_transaction_read_only', CASE"
          + " current_setting('default_transaction_read_only') WHEN 'on' THEN 'off' ELSE 'on' END,"
          + " false)",
      setting("default_transaction_read_only")),
  ISOLATION(
      "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE",
      setting("default_transaction_isolation")),
  SEARCH_PATH("SET search_path TO pg_catalog", setting("search_path")),
  PATH_BY_FUNCTION("SELECT set_config('search_path', 'pg_catalog', false)", setting("search_path")),
  STATEMENT_TIMEOUT("SET statement_timeout = 54321", setting("statement_timeout")),
  LOCK_TIMEOUT("SET lock_timeout = 54321", setting("lock_timeout")),
  LAST_VALUE("SELECT nextval('leftover_it.numbers')", "leftover_it.last_value()");

  private static final String ROLE_NAME = "leftover_bound";

  private static final String BOUND_SETTING = "leftover.bound";

  /** Objects that the statements and the traces need. */
  static final String FIXTURE =
      """
      DROP SCHEMA IF EXISTS leftover_it CASCADE;
      CREATE SCHEMA leftover_it;
      CREATE SEQUENCE leftover_it.numbers;
      CREATE FUNCTION leftover_it.run(text) RETURNS void LANGUAGE plpgsql AS
        $$ BEGIN EXECUTE $1; END $$;
      CREATE TABLE leftover_it.item AS SELECT 'own'::text AS name;
      CREATE TABLE leftover_it.parent (id int PRIMARY KEY);
      CREATE TABLE leftover_it.child
        (id int REFERENCES leftover_it.parent DEFERRABLE INITIALLY DEFERRED);
      CREATE FUNCTION leftover_it.last_value() RETURNS text LANGUAGE plpgsql AS
        $$ BEGIN RETURN lastval(); EXCEPTION WHEN OTHERS THEN RETURN 'none'; END $$;
      DO $$ BEGIN CREATE ROLE leftover_role; EXCEPTION WHEN duplicate_object THEN END $$;
      DO $$ BEGIN CREATE ROLE leftover_login SUPERUSER LOGIN;
        EXCEPTION WHEN duplicate_object THEN END $$;
      ALTER ROLE leftover_login SET DateStyle = 'German';
      ALTER ROLE leftover_login SET TimeZone = 'Pacific/Chatham';
      DO $$ BEGIN CREATE ROLE leftover_bound; EXCEPTION WHEN duplicate_object THEN END $$;
      GRANT ALL ON SCHEMA leftover_it TO leftover_role, leftover_bound;
      GRANT ALL ON SEQUENCE leftover_it.numbers TO leftover_role, leftover_bound;
      GRANT ALL ON leftover_it.child TO leftover_bound;
      """;

  private final String leave;
  private final String trace;

  Leftover(String leave, String trace) {
    this.leave = leave;
    this.trace = trace;
  }

  private static String in(String catalog, String column) {
    return "(SELECT count(*) FROM " + catalog + " WHERE " + column + " = pg_my_temp_schema())";
  }

  private static String setting(String name) {
    return "current_setting('" + name + "')";
  }

  /** A custom setting once set reads as empty, not as NULL. */
  private static String custom(String name) {
    return "coalesce(nullif(current_setting('" + name + "', true), ''), 'unset')";
  }

  private static String locks(String mode) {
    return "(SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND mode = '"
        + mode
        + "' AND pid = pg_backend_pid())";
  }

  /** The statement that leaves it. */
  String leave() {
    return leave;
  }

  /** A query that shows it. */
  String trace() {
    return "SELECT (" + trace + ")::text";
  }

  /** What the opening of a session with a role and a setting does, in a session that leaves it. */
  static String boundByHand() {
    return "SET LOCAL ROLE " + ROLE_NAME + "; SET " + BOUND_SETTING + " = 'poison';";
  }

  /** The options, with a role and a setting. */
  static SessionOptions bound(SessionOptions options) {
    return options.as(ROLE_NAME).with(BOUND_SETTING, "poison");
  }

  /** A query that shows all of them, and what the driver asks for when it connects. */
  static String state() {
    return Arrays.stream(values())
        .map(leftover -> "'" + leftover + " ' || (" + leftover.trace + ")::text")
        .collect(Collectors.joining(", ", "SELECT concat_ws(', ', ", ", " + startup() + ")"));
  }

  private static String startup() {
    return custom(BOUND_SETTING)
        + ", "
        + setting("application_name")
        + ", now()::date - current_date";
  }
}
