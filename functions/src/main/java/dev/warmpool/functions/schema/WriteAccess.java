package dev.warmpool.functions.schema;

/**
 * SQL that takes the right to write one table from other roles. Default privileges give the
 * functions' role that right on every table that {@code Migrate} creates, and those in which {@code
 * Migrate} keeps its own record are not for it. A right that was granted to a role without default
 * privileges stays. Stateless.
 */
final class WriteAccess {

  private static final String REVOKE =
      "DO $$ DECLARE writer text; BEGIN"
          + " FOR writer IN SELECT DISTINCT"
          + " CASE given.grantee WHEN 0 THEN 'PUBLIC' ELSE given.grantee::regrole::text END"
          + " FROM pg_catalog.pg_class c CROSS JOIN aclexplode(c.relacl) given"
          + " WHERE c.oid = '%1$s'::regclass AND pg_has_role(c.relowner, 'USAGE')"
          + " AND given.grantee <> c.relowner"
          + " AND given.privilege_type IN ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE')"
          + " AND EXISTS (SELECT FROM pg_catalog.pg_default_acl d"
          + " CROSS JOIN aclexplode(d.defaclacl) usual WHERE d.defaclrole = c.relowner"
          + " AND d.defaclobjtype = 'r' AND usual.grantee = given.grantee)"
          + " LOOP EXECUTE 'REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON %1$s FROM ' || writer;"
          + " END LOOP; END $$;";

  private WriteAccess() {}

  /** Returns the statement for a table, which changes nothing if no other role may write it. */
  static String revoke(String table) {
    return REVOKE.formatted(table);
  }
}
