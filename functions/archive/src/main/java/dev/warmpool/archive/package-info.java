/**
 * Rewrites the classes of a deployment archive so that a function comes up sooner; nothing that
 * they do changes. A tool of the build: nothing that is deployed knows it, and it knows nothing of
 * what it rewrites.
 */
@NullMarked
package dev.warmpool.archive;

import org.jspecify.annotations.NullMarked;
