package dev.warmpool.session.internal.run;

import dev.warmpool.session.RoleRefusedException;
import dev.warmpool.session.Schema;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.SessionUnavailableException;
import dev.warmpool.session.SettingsException;
import dev.warmpool.session.UnknownSchemaException;
import dev.warmpool.session.internal.pool.Connections;
import dev.warmpool.session.internal.postgres.SessionSql;
import dev.warmpool.session.internal.postgres.SqlStates;
import dev.warmpool.session.settings.SessionSettings;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What the failure of an opening means to the caller. Thread-safe. */
final class OpeningErrors {

  private final @Nullable Schema extensions;
  private final SessionSql sql;
  private final Connections pool;

  OpeningErrors(SessionSettings settings, SessionSql sql, Connections pool) {
    this.extensions = settings.extensionSchema();
    this.sql = sql;
    this.pool = pool;
  }

  /**
   * The error that the server's refusal of an opening, or its silence, means.
   *
   * @param began when the first attempt began, as {@link System#nanoTime()} counts
   */
  Throwable meaning(Throwable error, SessionOptions options, long began) {
    if (error instanceof TimeoutException) {
      String message = "the session's opening got " + error.getMessage();
      return new SessionUnavailableException(message, since(began), pool.stats(), error);
    }
    if (extensions != null && SqlStates.isUnknownExtensionSchema(error)) {
      return noExtensions(extensions);
    }
    if (SqlStates.isUnknownSchema(error)) {
      return new UnknownSchemaException(sql.schema(options), error);
    }
    String reason = roleRefused(error);
    String role = options.role();
    return role == null || reason == null || isOfSetting(error, options)
        ? error
        : new RoleRefusedException(role, reason, error);
  }

  private static SettingsException noExtensions(Schema extensions) {
    return new SettingsException(
        List.of(
            "POSTGRES_EXTENSION_SCHEMA is '"
                + extensions.name()
                + "': the database has no such schema"));
  }

  private static @Nullable String roleRefused(Throwable error) {
    if (SqlStates.isUnknownRole(error)) {
      return "does not exist: create it, and grant it to the login role";
    }
    return SqlStates.isRoleNotGranted(error)
        ? "is not granted to the login role: grant it, from PostgreSQL 16 on WITH INHERIT FALSE,"
            + " SET TRUE"
        : null;
  }

  /**
   * An extension that checks its settings refuses with the same SQLSTATEs, and names the setting.
   */
  private static boolean isOfSetting(Throwable error, SessionOptions options) {
    String message = String.valueOf(error.getMessage());
    return options.settings().keySet().stream().anyMatch(name -> message.contains(name));
  }

  /** The error of openings that connections did not answer, one after another. */
  SessionUnavailableException unanswered(int connections, long began, Throwable cause) {
    return new SessionUnavailableException(
        "no answer to the session's opening on "
            + connections
            + " connections, one after another; last error "
            + SqlStates.shortly(cause),
        since(began),
        pool.stats(),
        cause);
  }

  private static Duration since(long began) {
    return Duration.ofNanos(System.nanoTime() - began);
  }
}
