package dev.warmpool.local.runtime;

/**
 * Identifies an execution environment to observers. A reset after a time-out or a crash keeps the
 * number and changes the process id. Immutable.
 *
 * @param function logical id of the function
 * @param number position among the function's environments in order of creation, from 1
 * @param pid id of the environment's process
 * @param type initialisation type of the environment
 */
public record EnvironmentInfo(String function, int number, long pid, InitializationType type) {}
