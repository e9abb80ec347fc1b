package dev.warmpool.functions.fanout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmpool.functions.event.Json;
import dev.warmpool.session.Deadline;
import dev.warmpool.session.Schema;
import dev.warmpool.session.Session;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOptions;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Row;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The records of runs, each read and written in a session of its own. Thread-safe. */
public final class Runs {

  /** The schema of sessions without a tenant: it exists in every database. */
  private static final Schema INFORMATION_SCHEMA = new Schema("information_schema");

  /** SQLSTATEs of a missing schema or table: {@code Migrate} has not created them yet. */
  private static final Set<String> NO_TABLES = Set.of("3F000", "42P01");

  private final SessionManager sessions;
  private final Deadline deadline;

  /** Creates the records for one invocation; starts nothing. */
  public Runs(SessionManager sessions, Deadline deadline) {
    this.sessions = sessions;
    this.deadline = deadline;
  }

  /**
   * Reports what became of a run, by one query: its tenants by state, what was done, since when,
   * and the first 100 failures with their reasons.
   *
   * @return fails with {@link IllegalArgumentException} if there is no such run
   */
  public Mono<JsonNode> report(UUID run) {
    return inSession(
            options().readOnly(),
            session -> RunQueries.report(session, run, row -> report(run, row)))
        .switchIfEmpty(
            Mono.error(
                () ->
                    new IllegalArgumentException(
                        "the run " + run + " is unknown: runs are kept for 30 days")));
  }

  Mono<Void> record(Run run, List<String> tenants) {
    return inSession(options(), session -> RunQueries.record(session, run, tenants));
  }

  Mono<Void> sent(UUID run, Map<List<String>, String> unsent) {
    return inSession(options(), session -> RunQueries.sent(session, run, unsent));
  }

  /** Records an attempt that failed, or that found the tenant busy. */
  Mono<Void> attempt(UUID run, String tenant, String error, String state) {
    return sessions
        .execute(options(), RunQueries.ATTEMPT, run, tenant, error, state)
        .onErrorMap(Runs::isTableMissing, Runs::missing)
        .then();
  }

  /**
   * Finds the run of a message, and those of its tenants in which the run has not been done.
   *
   * @return fails with {@link RefusedMessageException} if the run is unknown or has not all of
   *     these tenants
   */
  Mono<OpenTenants> open(RunMessage message) {
    return inSession(
            options().readOnly(),
            session -> RunQueries.tenants(session, message, Found::of).collectList())
        .map(found -> open(message, found));
  }

  private static OpenTenants open(RunMessage message, List<Found> found) {
    if (found.size() != message.tenants().size()) {
      throw new RefusedMessageException(
          "the run " + message.run() + " is unknown or has not all of the message's tenants");
    }
    List<String> open = new ArrayList<>(message.tenants());
    found.stream().filter(Found::isDone).map(Found::tenant).forEach(open::remove);
    Found any = found.get(0);
    return new OpenTenants(new Run(message.run(), any.job(), parsed(any.parameters())), open);
  }

  private <T> Mono<T> inSession(SessionOptions options, Function<Session, Mono<T>> work) {
    return sessions.inSession(options, work).onErrorMap(Runs::isTableMissing, Runs::missing);
  }

  private SessionOptions options() {
    return SessionOptions.until(deadline).in(INFORMATION_SCHEMA).named("runs");
  }

  private static boolean isTableMissing(Throwable error) {
    return error instanceof R2dbcException database && NO_TABLES.contains(database.getSqlState());
  }

  private static IllegalStateException missing(Throwable error) {
    return new IllegalStateException(
        "the tables of runs are missing or older than this function: invoke Migrate once", error);
  }

  private static JsonNode report(UUID run, Row row) {
    ObjectNode report =
        Json.object()
            .put("job", row.get("job", String.class))
            .put("run", run.toString())
            .put("tenants", row.get("tenants", Integer.class));
    for (String count : List.of("done", "failed", "busy", "pending", "deleted", "batches")) {
      report.put(count, row.get(count, Long.class));
    }
    report.put("startedAt", time(row, "started_at"));
    report.put("sentAt", time(row, "sent_at"));
    report.put("endedAt", time(row, "ended_at"));
    report.set("failures", parsed(Objects.requireNonNull(row.get("failures", String.class))));
    int tenants = report.path("tenants").intValue();
    return report.put("complete", report.path("done").intValue() == tenants);
  }

  private static @Nullable String time(Row row, String column) {
    OffsetDateTime time = row.get(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant().toString();
  }

  private static JsonNode parsed(String json) {
    try {
      return Json.read(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A run, and the tenants of one message in which it has not been done. Immutable.
   *
   * @param run the run
   * @param tenants the tenants in the message's order; empty if none is left
   */
  record OpenTenants(Run run, List<String> tenants) {}

  /** A row of the record. */
  private record Found(String job, String parameters, String tenant, boolean isDone) {

    static Found of(Row row) {
      return new Found(
          text(row, "job"),
          text(row, "parameters"),
          text(row, "tenant"),
          text(row, "state").equals("done"));
    }

    private static String text(Row row, String column) {
      return Objects.requireNonNull(row.get(column, String.class));
    }
  }
}
