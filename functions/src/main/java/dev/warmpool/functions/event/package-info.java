/**
 * Events as JSON, and the way from a direct or scheduled one to a report and back. Knows the Lambda
 * interfaces and nothing of what the functions do.
 */
@NullMarked
package dev.warmpool.functions.event;

import org.jspecify.annotations.NullMarked;
