package dev.warmpool.session.errors;

import static dev.warmpool.session.errors.Cause.atOnce;
import static dev.warmpool.session.errors.Cause.retried;

import dev.warmpool.session.PasswordSource;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.testkit.ScriptedServer;
import java.util.ArrayList;
import java.util.List;

/** A server, or a pooler in front of it, refuses the connection with a reason. */
final class ServerCauses {

  private final StrictServer server;

  ServerCauses(StrictServer server) {
    this.server = server;
  }

  List<Cause> login() {
    return List.of(
        atOnce(
            "the password is wrong",
            "correct it; a cached one is fetched again and tried once more",
            () -> as("app", "wrong")),
        atOnce(
            "the role's password has expired (`VALID UNTIL`); the server's log says so",
            "`ALTER ROLE … VALID UNTIL`",
            () -> as("expired", "right")),
        atOnce("there is no such role", "correct `POSTGRES_USER`", () -> as("nobody")),
        atOnce("the role may not log in", "`ALTER ROLE … LOGIN`", () -> as("sleeper")),
        atOnce(
            "`pg_hba.conf` rejects the role or the address",
            "change the line in the server's `pg_hba.conf`",
            () -> as("rejected")),
        atOnce(
            "`pg_hba.conf` admits the role over TLS alone",
            "set `POSTGRES_SSL_MODE` to `verify-full`",
            () -> as("encrypted")),
        atOnce(
            "the IAM token was refused, or has expired",
            "`GRANT rds_iam` to the role; allow the function `rds-db:connect` as it; check the clock",
            () -> scripted("28000", "PAM authentication failed for user \"app\"")));
  }

  List<Cause> database() {
    return List.of(
        atOnce("there is no such database", "correct `POSTGRES_DB`", () -> at("nowhere")),
        atOnce(
            "the role may not connect to the database",
            "`GRANT CONNECT ON DATABASE … TO …`",
            () -> at("private")),
        atOnce(
            "the database accepts no connections",
            "`ALTER DATABASE … ALLOW_CONNECTIONS true`",
            () -> at("closed")),
        retried(
            "the server has no connection left",
            "limit the function's concurrency, lower `POOL_SIZE`, raise `max_connections`, or use a pooler",
            () -> taken(server::takeAll)),
        retried(
            "the connections left are reserved for superusers",
            "leave more connections for others, as above",
            () -> taken(server::takeUnreserved)),
        retried(
            "the role's `CONNECTION LIMIT` is reached",
            "raise it, or limit the function's concurrency",
            () -> as("limited")),
        retried(
            "the database's `CONNECTION LIMIT` is reached",
            "raise it, or limit the function's concurrency",
            () -> at("full")),
        retried(
            "the server is starting",
            "wait",
            () -> scripted("57P03", "the database system is starting up")),
        retried(
            "the server is shutting down",
            "wait, or start it",
            () -> scripted("57P03", "the database system is shutting down")),
        retried(
            "the server is recovering",
            "wait",
            () -> scripted("57P03", "the database system is in recovery mode")),
        retried(
            "an administrator ended the connection",
            "wait: a failover or restart does this",
            () -> scripted("57P01", "terminating connection due to administrator command")),
        atOnce(
            "the server is older than PostgreSQL 14",
            "upgrade the server",
            () ->
                scripted(
                    "42704", "unrecognized configuration parameter \"idle_session_timeout\"")));
  }

  /** With the words of PgBouncer 1.18 and RDS Proxy. */
  static List<Cause> poolers() {
    List<Cause> causes = new ArrayList<>();
    causes.add(
        atOnce(
            "PgBouncer does not know a startup parameter",
            "set both settings",
            () -> scripted("08P01", "unsupported startup parameter: search_path")));
    causes.add(
        atOnce(
            "PgBouncer does not know the database",
            "correct `POSTGRES_DB`, or add it to `[databases]`",
            () -> pooled("08P01", "no such database: nowhere")));
    causes.add(
        atOnce(
            "PgBouncer does not know the role",
            "add it to `auth_file`, or let `auth_query` find it",
            () -> pooled("08P01", "no such user: app")));
    causes.add(
        atOnce(
            "the server refuses PgBouncer's login, and PgBouncer passes the reason on",
            "correct the role and password in `[databases]` and `auth_file`",
            () -> pooled("08P01", "role \"app\" does not exist")));
    causes.add(
        retried(
            "PgBouncer's login to the server keeps failing",
            "see PgBouncer's log",
            () ->
                pooled(
                    "08P01",
                    "server login has been failing, try again later (server_login_retry)")));
    causes.add(
        retried(
            "PgBouncer takes no more clients",
            "raise `max_client_conn`, or limit the function's concurrency",
            () -> pooled("08P01", "no more connections allowed (max_client_conn)")));
    causes.add(
        atOnce(
            "RDS Proxy refuses the parameters of a direct connection",
            "set `POSTGRES_POOLER` to `rds-proxy`",
            () ->
                scripted(
                    "0A000",
                    "Feature not supported: RDS Proxy currently doesn't support the option"
                        + " search_path")));
    return causes;
  }

  List<Cause> schemas() {
    return List.of(
        atOnce(
            "the schema does not exist",
            "create and migrate it",
            () -> direct("member", "postgres", "POSTGRES_SCHEMA", "nowhere")),
        atOnce(
            "the schema of extensions does not exist",
            "create it, or correct the setting",
            () -> direct("member", "postgres", "POSTGRES_EXTENSION_SCHEMA", "nowhere")));
  }

  List<Cause> roles() {
    return List.of(
        atOnce(
            "the session's role does not exist",
            "correct the name in `as(...)`; create the role",
            () -> inRole("nowhere")),
        atOnce(
            "the login role is not a member of the session's role, or may not set it",
            "`GRANT … TO …`",
            () -> inRole("sleeper")));
  }

  private String inRole(String role) {
    return Cause.messageOf(
        SessionOptions.standard().as(role),
        "POSTGRES_USER",
        "member",
        "POSTGRES_PORT",
        Integer.toString(server.port()));
  }

  private String as(String role) {
    return direct(role, "postgres");
  }

  private String as(String role, String password) {
    return Cause.message(
        settings -> PasswordSource.fixed(password),
        "POSTGRES_USER",
        role,
        "POSTGRES_PORT",
        Integer.toString(server.port()));
  }

  private String at(String database) {
    return direct("member", database);
  }

  private String taken(Runnable take) {
    take.run();
    try {
      return as("member");
    } finally {
      server.giveBack();
    }
  }

  private String direct(String role, String database, String... more) {
    List<String> settings = new ArrayList<>(List.of(more));
    settings.addAll(List.of("POSTGRES_USER", role, "POSTGRES_DB", database));
    settings.addAll(List.of("POSTGRES_PORT", Integer.toString(server.port())));
    return Cause.message(settings.toArray(String[]::new));
  }

  private static String scripted(String state, String message) {
    return refused("none", state, message);
  }

  private static String pooled(String state, String message) {
    return refused("pgbouncer", state, message);
  }

  private static String refused(String pooler, String state, String message) {
    try (ScriptedServer server = ScriptedServer.refusing(state, message)) {
      return Cause.message(
          "POSTGRES_POOLER", pooler, "POSTGRES_PORT", Integer.toString(server.port()));
    }
  }
}
