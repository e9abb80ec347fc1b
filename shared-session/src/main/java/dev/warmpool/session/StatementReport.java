package dev.warmpool.session;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A statement that has ended. Immutable.
 *
 * @param sql its text, without the values bound to it
 * @param rows how many it returned or changed; 0 if its results were read by {@code
 *     session.connection()}
 * @param time since it was sent
 * @param sqlState of its error; null if it succeeded or its error has none
 */
public record StatementReport(String sql, long rows, Duration time, @Nullable String sqlState) {}
