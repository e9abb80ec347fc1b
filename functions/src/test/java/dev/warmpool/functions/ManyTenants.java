package dev.warmpool.functions;

import dev.warmpool.session.testkit.PostgresServer;

/**
 * Schemas with one table, on which a job deletes one row each, and a trigger that counts in how
 * many committed batches it does. Stateless.
 */
final class ManyTenants {

  /** A chunk is one transaction, whose locks on tables and schemas have to fit. */
  private static final int CHUNK = 500;

  private ManyTenants() {}

  /** Creates the schemas many_1 to many_n and registers them. */
  static void create(int count) {
    drop();
    Api.migrate("many_registry");
    Api.admin(
        "DELETE FROM warmpool.tenants; DROP TABLE IF EXISTS many_runs;"
            + "CREATE TABLE public.many_runs (tenant text NOT NULL);"
            + "CREATE OR REPLACE FUNCTION public.many_run() RETURNS trigger LANGUAGE plpgsql AS"
            + " 'BEGIN INSERT INTO public.many_runs VALUES (TG_TABLE_SCHEMA); RETURN NULL; END'");
    for (int from = 1; from <= count; from += CHUNK) {
      Api.admin(
          ("DO $$ BEGIN FOR i IN %d..%d LOOP"
                  + " EXECUTE format('CREATE SCHEMA many_%%s"
                  + " CREATE TABLE idempotency_keys (route text, key text, expires_at timestamptz)',"
                  + " i);"
                  + " EXECUTE format('INSERT INTO many_%%s.idempotency_keys VALUES (''r'', ''k'',"
                  + " now() - interval ''1 day'')', i);"
                  + " EXECUTE format('CREATE TRIGGER run AFTER DELETE ON many_%%s.idempotency_keys"
                  + " FOR EACH STATEMENT EXECUTE FUNCTION public.many_run()', i);"
                  + " INSERT INTO warmpool.tenants VALUES ('many_' || i, 1);"
                  + " END LOOP; END $$")
              .formatted(from, Math.min(count, from + CHUNK - 1)));
    }
  }

  /** Drops every such schema. */
  static void drop() {
    PostgresServer server = PostgresServer.shared();
    while (true) {
      var names =
          server.column(
              "SELECT string_agg(nspname, ', ') FROM (SELECT nspname FROM pg_namespace"
                  + " WHERE nspname LIKE 'many\\_%' LIMIT "
                  + CHUNK
                  + ") n");
      if (names.get(0) == null) {
        return;
      }
      server.execute("DROP SCHEMA " + names.get(0) + " CASCADE");
    }
  }

  /** Returns in how many tenants a batch was committed, and how many batches there were. */
  static String runs() {
    return PostgresServer.shared()
        .column("SELECT count(DISTINCT tenant) || ' in ' || count(*) FROM public.many_runs")
        .get(0);
  }
}
