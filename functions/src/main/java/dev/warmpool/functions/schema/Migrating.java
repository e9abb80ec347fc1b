package dev.warmpool.functions.schema;

import dev.warmpool.session.Deadline;
import dev.warmpool.session.SessionManager;

/**
 * What every migration of one invocation has in common. Immutable.
 *
 * @param sessions in which the scripts run
 * @param scripts the scripts to apply
 * @param deadline when the invocation's migrations must have ended
 * @param brokenOff what becomes of scripts outside a transaction that broke off
 */
record Migrating(
    SessionManager sessions, Scripts scripts, Deadline deadline, BrokenOff brokenOff) {}
