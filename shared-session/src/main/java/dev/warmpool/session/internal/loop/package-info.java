/**
 * Which threads run the connections' event loops, time-outs, the count of what is in flight, and
 * what is sent past the driver. The only package that imports Netty and reactor-netty; knows
 * nothing of the library but its settings.
 */
@NullMarked
package dev.warmpool.session.internal.loop;

import org.jspecify.annotations.NullMarked;
