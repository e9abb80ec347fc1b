/** Makes schemas and brings them to the newest version. Knows the direct entry and sessions. */
@NullMarked
package dev.warmpool.functions.schema;

import org.jspecify.annotations.NullMarked;
