package dev.warmpool.functions.log;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/**
 * A value of an event that is written as members of the event's JSON object, under names of its
 * own. The line of such an event is JSON in each log format.
 */
public interface JsonMembers {

  /** Writes names and values into the open object. */
  void write(JsonGenerator json) throws IOException;
}
