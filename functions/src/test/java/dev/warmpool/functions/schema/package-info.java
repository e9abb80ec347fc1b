/** Tests of migrations, on databases of their own. */
@NullMarked
package dev.warmpool.functions.schema;

import org.jspecify.annotations.NullMarked;
