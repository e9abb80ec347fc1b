/**
 * Reads template.yaml: functions, routes, schedules, variables. Knows nothing of how they are run.
 */
@NullMarked
package dev.warmpool.local.template;

import org.jspecify.annotations.NullMarked;
