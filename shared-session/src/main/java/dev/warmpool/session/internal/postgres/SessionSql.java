package dev.warmpool.session.internal.postgres;

import dev.warmpool.session.Deadline;
import dev.warmpool.session.InvalidSchemaException;
import dev.warmpool.session.Schema;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.SessionOptions.Isolation;
import dev.warmpool.session.SessionOptions.Kind;
import dev.warmpool.session.settings.Pooler;
import dev.warmpool.session.settings.SchemaBinding;
import dev.warmpool.session.settings.SessionSettings;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The SQL that sessions send besides their statements, with one manager's settings. Thread-safe.
 */
public final class SessionSql {

  /** A literal statement: the driver's own call looks at a transaction status that may be stale. */
  static final String ROLLBACK = "ROLLBACK";

  private static final int KINDS = Kind.values().length;
  private static final int ISOLATIONS = Isolation.values().length;
  private static final int FORMS = OpeningForm.values().length;

  private final SessionSettings settings;
  private final boolean direct;
  private final @Nullable SearchPath defaultPath;

  /** Openings of sessions in the default schema without a deadline, by {@link #form}. */
  private final AtomicReferenceArray<@Nullable Opening> openings =
      new AtomicReferenceArray<>(KINDS * ISOLATIONS * FORMS);

  public SessionSql(SessionSettings settings) {
    Schema schema = settings.schema();
    this.settings = settings;
    this.direct = settings.pooler() == Pooler.NONE;
    this.defaultPath = schema == null ? null : new SearchPath(schema, settings.extensionSchema());
  }

  /** What the opening depends on if the schema is the default one and there is no deadline. */
  private static int form(SessionOptions options, OpeningForm as) {
    int kind = options.kind().ordinal() * ISOLATIONS + options.isolation().ordinal();
    return kind * FORMS + as.ordinal();
  }

  /**
   * The schema that the options or the settings name.
   *
   * @throws InvalidSchemaException if neither names one
   */
  public Schema schema(SessionOptions options) {
    Schema schema = options.schema() == null ? settings.schema() : options.schema();
    if (schema == null) {
      throw new InvalidSchemaException(
          options.label() + " has no schema: name one in its options or set POSTGRES_SCHEMA");
    }
    return schema;
  }

  /**
   * The most characters of a statement that cost nothing beyond themselves: RDS Proxy pins a client
   * that sends a longer text than 16 KB.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-pinning.html">pinning</a>
   */
  public int mostCharacters() {
    return settings.pooler() == Pooler.RDS_PROXY ? 16_000 : Integer.MAX_VALUE;
  }

  /** The search path of a session with these options. */
  public SearchPath path(SessionOptions options) {
    return options.schema() == null && defaultPath != null
        ? defaultPath
        : new SearchPath(schema(options), settings.extensionSchema());
  }

  /**
   * The search path of the connections that serve this one: the path itself if it is a startup
   * parameter, else the empty path, which all sessions share.
   */
  public SearchPath connectionPath(SearchPath path) {
    return settings.binding() == SchemaBinding.STARTUP ? path : SearchPath.EMPTY;
  }

  /**
   * Whether a session runs in a transaction block: read-only ones do not, except through a pooler,
   * where only a transaction stays on one server connection.
   *
   * @throws IllegalArgumentException if it is to run outside a transaction, through a pooler
   */
  public boolean opensBlock(SessionOptions options) {
    if (options.kind() == Kind.OUTSIDE_TRANSACTION && !direct) {
      throw new IllegalArgumentException(
          options.label()
              + " runs outside a transaction, which takes a direct connection: POSTGRES_POOLER is "
              + settings.pooler().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }
    boolean without =
        options.kind() == Kind.READ_ONLY || options.kind() == Kind.OUTSIDE_TRANSACTION;
    return !without || !direct;
  }

  /**
   * Whether a statement with these options may be its own transaction behind an unanswered opening:
   * READ COMMITTED is the server's default, which a session at another level would have to set.
   */
  public boolean allowsOneFlight(SessionOptions options) {
    return direct
        && options.kind() == Kind.READ_WRITE
        && options.isolation() == Isolation.READ_COMMITTED;
  }

  /**
   * The opening of a session on this connection, written once for sessions in the default schema
   * without a deadline. Those with values of the caller's are not kept: there may be any number of
   * them.
   *
   * @param as what it opens
   */
  public Opening opening(SessionOptions options, OpeningForm as, ServerConnection connection) {
    boolean own = options.deadline() != null || options.schema() != null || identifies(connection);
    if (own || Opening.isBound(options)) {
      return written(options, as, connection);
    }
    int form = form(options, as);
    Opening known = openings.get(form);
    if (known != null) {
      return known;
    }
    Opening written = written(options, as, connection);
    openings.set(form, written);
    return written;
  }

  private Opening written(SessionOptions options, OpeningForm as, ServerConnection connection) {
    String sql = write(options, as, connection);
    return Opening.of(
        options,
        sql,
        options.settings().isEmpty() ? () -> sql : () -> write(masked(options), as, connection));
  }

  private static SessionOptions masked(SessionOptions options) {
    SessionOptions masked = options;
    for (String name : options.settings().keySet()) {
      masked = masked.with(name, "…");
    }
    return masked;
  }

  private boolean identifies(ServerConnection connection) {
    return direct && connection.backend() == null;
  }

  private String write(SessionOptions options, OpeningForm as, ServerConnection connection) {
    Deadline deadline = options.deadline();
    return OpeningSql.text(
        options,
        path(options),
        new OpeningSql.Circumstances(
            as,
            settings.binding() == SchemaBinding.STARTUP,
            settings.pooler() != Pooler.RDS_PROXY,
            deadline == null ? null : deadline.remaining(),
            connection.serverVersion(),
            identifies(connection)));
  }

  /** Sets a savepoint. */
  public static String savepoint(int number) {
    return "SAVEPOINT " + name(number);
  }

  /** Releases a savepoint. */
  public static String release(int number) {
    return "RELEASE SAVEPOINT " + name(number);
  }

  /** Undoes what came after a savepoint, and releases it. */
  public static String undo(int number) {
    return "ROLLBACK TO SAVEPOINT " + name(number) + ";" + release(number);
  }

  private static String name(int number) {
    return "\"savepoint " + number + '"';
  }
}
