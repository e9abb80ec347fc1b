package dev.warmpool.session.settings;

import dev.warmpool.session.Schema;
import dev.warmpool.session.SettingsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the database is and how connections to it are kept. Immutable; read from the environment
 * once. The README lists the variables with their defaults.
 *
 * @param host {@code POSTGRES_HOST}, a host name or an IP address
 * @param port {@code POSTGRES_PORT}, 1 to 65,535
 * @param database {@code POSTGRES_DB}
 * @param user {@code POSTGRES_USER}, the role unless a secret names another
 * @param credential {@code POSTGRES_PASSWORD}, {@code POSTGRES_SECRET_ARN} or {@code
 *     POSTGRES_IAM_AUTH}
 * @param schema {@code POSTGRES_SCHEMA}, the schema of a session that names none; null for none
 * @param tls {@code POSTGRES_SSL_MODE} and {@code POSTGRES_SSL_ROOT_CERT}
 * @param pool the {@code POOL_…} settings
 * @param binding {@code SCHEMA_BINDING}
 * @param extensionSchema {@code POSTGRES_EXTENSION_SCHEMA}; null for none
 * @param pooler {@code POSTGRES_POOLER}
 * @param poolerCheck {@code POSTGRES_POOLER_CHECK}
 * @param statementCache {@code STATEMENT_CACHE}, prepared statements kept per connection, 0 to
 *     10,000; 0 through a pooler
 * @param loop {@code WARMPOOL_LOOP}
 * @param logging {@code WARMPOOL_DEBUG} and {@code WARMPOOL_DEBUG_VALUES}
 */
public record SessionSettings(
    String host,
    int port,
    String database,
    String user,
    Credential credential,
    @Nullable Schema schema,
    Tls tls,
    PoolSettings pool,
    SchemaBinding binding,
    @Nullable Schema extensionSchema,
    Pooler pooler,
    PoolerCheck poolerCheck,
    int statementCache,
    LoopMode loop,
    StatementLogging logging) {

  /** The name of every setting. Lambda's own variables are read, too, but are not settings. */
  public static final Set<String> VARIABLES =
      Set.of(
          "POSTGRES_HOST",
          "POSTGRES_PORT",
          "POSTGRES_DB",
          "POSTGRES_USER",
          "POSTGRES_PASSWORD",
          "POSTGRES_SECRET_ARN",
          "POSTGRES_IAM_AUTH",
          "POSTGRES_SCHEMA",
          "POSTGRES_SSL_MODE",
          "POSTGRES_SSL_ROOT_CERT",
          "POSTGRES_EXTENSION_SCHEMA",
          "POSTGRES_POOLER",
          "POSTGRES_POOLER_CHECK",
          "POOL_SIZE",
          "MAX_OVERFLOW",
          "POOL_TIMEOUT",
          "POOL_RECYCLE",
          "POOL_IDLE",
          "POOL_PRE_PING",
          "OPENING_TIMEOUT",
          "SCHEMA_BINDING",
          "STATEMENT_CACHE",
          "WARMPOOL_LOOP",
          "WARMPOOL_DEBUG",
          "WARMPOOL_DEBUG_VALUES");

  /** Read by functions that use sessions, not by sessions. */
  private static final Set<String> OF_FUNCTIONS = Set.of("WARMPOOL_METRICS");

  /** Set by Lambda if one environment serves several invocations at once. */
  private static final String CONCURRENCY = "AWS_LAMBDA_MAX_CONCURRENCY";

  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "::1");
  private static final int MAX_CONNECTIONS = 1_000;
  private static final Duration DAY = Duration.ofDays(1);

  /**
   * Reads the settings from a map of environment variables.
   *
   * @throws SettingsException with every fault in the settings
   */
  public static SessionSettings from(Map<String, String> environment) {
    SettingsReader reader = new SettingsReader(environment);
    reader.refuseUnknown(VARIABLES, OF_FUNCTIONS, "POSTGRES_", "POOL_", "WARMPOOL_");
    SessionSettings settings = read(reader);
    settings.refuseCombinations(reader);
    reader.throwFaults();
    return settings;
  }

  /** Whether these variables say that the environment serves several invocations at once. */
  public static boolean isConcurrent(Map<String, String> environment) {
    return concurrency(new SettingsReader(environment)) > 1;
  }

  private static int concurrency(SettingsReader reader) {
    return reader.integer(CONCURRENCY, 1, 1, MAX_CONNECTIONS);
  }

  private static SessionSettings read(SettingsReader reader) {
    String host = Host.from(reader);
    int concurrency = concurrency(reader);
    return new SessionSettings(
        host,
        reader.integer("POSTGRES_PORT", 5432, 1, 65_535),
        reader.required("POSTGRES_DB", "the database's name"),
        reader.required("POSTGRES_USER", "the role to connect as"),
        credential(reader),
        reader.checked("POSTGRES_SCHEMA", Schema::new),
        tls(reader, host),
        pool(reader, concurrency),
        reader.choice(
            "SCHEMA_BINDING",
            SchemaBinding.TRANSACTION,
            Map.of("transaction", SchemaBinding.TRANSACTION, "startup", SchemaBinding.STARTUP)),
        reader.checked("POSTGRES_EXTENSION_SCHEMA", Schema::new),
        reader.choice(
            "POSTGRES_POOLER",
            Pooler.NONE,
            Map.of(
                "none", Pooler.NONE, "pgbouncer", Pooler.PGBOUNCER, "rds-proxy", Pooler.RDS_PROXY)),
        reader.choice(
            "POSTGRES_POOLER_CHECK",
            PoolerCheck.TEXTS,
            Map.of("texts", PoolerCheck.TEXTS, "every-session", PoolerCheck.EVERY_SESSION)),
        reader.integer("STATEMENT_CACHE", 0, 0, 10_000),
        loop(reader, concurrency),
        logging(reader));
  }

  private static Credential credential(SettingsReader reader) {
    String password = reader.text("POSTGRES_PASSWORD");
    String secret = reader.text("POSTGRES_SECRET_ARN");
    boolean iam = reader.flag("POSTGRES_IAM_AUTH", false);
    int given = (password == null ? 0 : 1) + (secret == null ? 0 : 1) + (iam ? 1 : 0);
    if (given != 1 && !(given == 0 && reader.isFaulty("POSTGRES_IAM_AUTH"))) {
      reader.fault(
          "POSTGRES_PASSWORD, POSTGRES_SECRET_ARN, POSTGRES_IAM_AUTH=true: "
              + (given == 0 ? "none is set" : given + " are set")
              + "; set exactly one");
    }
    if (iam) {
      return new Credential.IamToken();
    }
    return secret != null
        ? new Credential.Secret(secret)
        : new Credential.Password(password == null ? "" : password);
  }

  private static Tls tls(SettingsReader reader, String host) {
    Tls.Mode absent = isLoopback(host) ? Tls.Mode.DISABLE : Tls.Mode.VERIFY_FULL;
    Map<String, Tls.Mode> modes =
        Map.of(
            "verify-full", Tls.Mode.VERIFY_FULL,
            "verify-ca", Tls.Mode.VERIFY_CA,
            "require", Tls.Mode.REQUIRE,
            "disable", Tls.Mode.DISABLE);
    return new Tls(
        reader.choice("POSTGRES_SSL_MODE", absent, modes),
        reader.checked("POSTGRES_SSL_ROOT_CERT", SessionSettings::readable));
  }

  private static String readable(String file) {
    if (!Files.isRegularFile(Path.of(file))) {
      throw new IllegalArgumentException("must be the path of a PEM file");
    }
    return file;
  }

  private static PoolSettings pool(SettingsReader reader, int concurrency) {
    return new PoolSettings(
        reader.integer("POOL_SIZE", concurrency, 1, MAX_CONNECTIONS),
        reader.integer("MAX_OVERFLOW", 1, 0, MAX_CONNECTIONS),
        reader.duration("POOL_TIMEOUT", Duration.ofSeconds(5), Duration.ofMillis(1), DAY),
        reader.duration("POOL_RECYCLE", Duration.ofSeconds(1800), Duration.ofSeconds(1), DAY),
        reader.duration("POOL_IDLE", Duration.ofSeconds(300), Duration.ofMillis(100), DAY),
        reader.flag("POOL_PRE_PING", true),
        reader.duration("OPENING_TIMEOUT", Duration.ofSeconds(1), Duration.ofMillis(10), DAY));
  }

  /** With several callers at once, one caller's thread would do the work of all. */
  private static LoopMode loop(SettingsReader reader, int concurrency) {
    LoopMode absent = concurrency == 1 ? LoopMode.CALLER : LoopMode.THREADS;
    LoopMode mode =
        reader.choice(
            "WARMPOOL_LOOP",
            absent,
            Map.of("caller", LoopMode.CALLER, "threads", LoopMode.THREADS));
    if (mode == LoopMode.CALLER && absent == LoopMode.THREADS) {
      reader.fault(
          "WARMPOOL_LOOP",
          "caller",
          CONCURRENCY
              + " is "
              + concurrency
              + ", and one caller would run the loop of all; unset it");
    }
    return mode;
  }

  private static StatementLogging logging(SettingsReader reader) {
    boolean statements = reader.flag("WARMPOOL_DEBUG", false);
    boolean values = reader.flag("WARMPOOL_DEBUG_VALUES", false);
    if (!statements) {
      return StatementLogging.OFF;
    }
    return values ? StatementLogging.VALUES : StatementLogging.STATEMENTS;
  }

  private void refuseCombinations(SettingsReader reader) {
    boolean plain = tls.mode() == Tls.Mode.DISABLE && !reader.isFaulty("POSTGRES_SSL_MODE");
    if (credential instanceof Credential.IamToken && plain) {
      reader.fault(
          "POSTGRES_SSL_MODE",
          "disable",
          "RDS takes an IAM token only over TLS; use verify-full or unset POSTGRES_IAM_AUTH");
    }
    if (binding == SchemaBinding.STARTUP && pooler == Pooler.PGBOUNCER) {
      reader.fault(
          "SCHEMA_BINDING",
          "startup",
          "PgBouncer gives one server connection to many schemas; use transaction");
    }
    if (poolerCheck == PoolerCheck.EVERY_SESSION && pooler != Pooler.RDS_PROXY) {
      reader.fault(
          "POSTGRES_POOLER_CHECK",
          "every-session",
          "without POSTGRES_POOLER=rds-proxy every session is reset; unset it");
    }
    if (statementCache > 0 && pooler != Pooler.NONE) {
      reader.fault(
          "STATEMENT_CACHE",
          Integer.toString(statementCache),
          "a pooler gives each transaction another server connection, which has not prepared the"
              + " statement; unset it or POSTGRES_POOLER");
    }
  }

  /** Whether the host is this machine, which has no certificate that could be verified. */
  private static boolean isLoopback(String host) {
    return LOOPBACK.contains(host);
  }
}
