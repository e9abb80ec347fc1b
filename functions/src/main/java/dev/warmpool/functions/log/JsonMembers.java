package dev.warmpool.functions.log;

/**
 * A value of an event that is written as members of the event's JSON object, under names of its
 * own. The line of such an event is JSON in each log format.
 */
public interface JsonMembers {

  /** Adds names and values. */
  void write(JsonLine line);
}
