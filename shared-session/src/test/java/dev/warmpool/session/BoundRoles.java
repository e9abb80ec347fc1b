package dev.warmpool.session;

/** A login role that inherits nothing, and the roles and tables of tenants. */
final class BoundRoles {

  /** The role {@code bound_c} is not granted to the login role. */
  static final String FIXTURE =
      """
      DROP SCHEMA IF EXISTS bound_a, bound_b, bound_shared CASCADE;
      DO $$ DECLARE name text; BEGIN
        FOREACH name IN ARRAY ARRAY['bound_a', 'bound_b', 'bound_c', 'bound_rows', 'bound_nothing']
        LOOP
          IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I', name);
          END IF;
        END LOOP;
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'bound_login') THEN
          CREATE ROLE bound_login LOGIN NOINHERIT;
        END IF;
      END $$;
      GRANT bound_a, bound_b, bound_rows, bound_nothing TO bound_login WITH INHERIT FALSE, SET TRUE;
      CREATE SCHEMA bound_a AUTHORIZATION bound_a CREATE TABLE item (name text);
      CREATE SCHEMA bound_b AUTHORIZATION bound_b CREATE TABLE item (name text);
      INSERT INTO bound_a.item VALUES ('own of a');
      INSERT INTO bound_b.item VALUES ('own of b');
      CREATE SCHEMA bound_shared;
      CREATE TABLE bound_shared.item (tenant text, name text);
      INSERT INTO bound_shared.item VALUES ('a', 'a''s'), ('b', 'b''s');
      ALTER TABLE bound_shared.item ENABLE ROW LEVEL SECURITY;
      CREATE POLICY of_tenant ON bound_shared.item
        USING (tenant = current_setting('app.tenant', true));
      GRANT USAGE ON SCHEMA bound_shared TO bound_rows;
      GRANT ALL ON bound_shared.item TO bound_rows;
      """;

  private BoundRoles() {}
}
