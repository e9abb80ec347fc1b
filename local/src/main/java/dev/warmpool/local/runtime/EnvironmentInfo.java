package dev.warmpool.local.runtime;

/**
 * Which execution environment it is. A reset after a time-out or a crash keeps the number and
 * changes the process.
 *
 * @param function its logical id
 * @param number from 1, in the order in which the function's environments were made
 * @param pid the process that runs it
 * @param type how its init phase goes
 */
public record EnvironmentInfo(String function, int number, long pid, InitializationType type) {}
