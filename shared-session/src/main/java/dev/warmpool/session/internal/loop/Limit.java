package dev.warmpool.session.internal.loop;

import java.time.Duration;

/**
 * How long a wait may last. Immutable.
 *
 * @param time how long
 * @param name the setting that says so, for a message
 */
public record Limit(Duration time, String name) {}
