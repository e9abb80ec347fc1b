package dev.warmpool.local.runtime;

import dev.warmpool.local.Output;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a process prints: each line is printed with the environment's name, and kept for the
 * invocation that runs. Read without blocking, every few milliseconds and at an invocation's end,
 * so that an invocation's log is complete when its answer is given. Thread-safe.
 */
final class ChildLog {

  /** A longer line is cut in two, as CloudWatch does with an event of more than 256 KB. */
  private static final int MAX_LINE = 256 * 1024;

  private final String label;
  private final InputStream output;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final byte[] buffer = new byte[8_192];
  private @Nullable Invocation invocation;

  ChildLog(String label, InputStream output) {
    this.label = label;
    this.output = output;
  }

  /** What is printed from now on is this invocation's. */
  synchronized void begin(Invocation begun) {
    drain();
    invocation = begun;
    begun.log("START RequestId: " + begun.id() + " Version: $LATEST");
  }

  /** Reads the rest of the invocation's log, and ends it with this line. */
  synchronized void end(Invocation ended, String report) {
    drain();
    flush();
    ended.log("END RequestId: " + ended.id());
    ended.log(report);
    Output.line(label + " | " + report);
    invocation = null;
  }

  /** Reads what there is. */
  synchronized void drain() {
    try {
      while (output.available() > 0) {
        int length = output.read(buffer, 0, Math.min(buffer.length, output.available()));
        for (int i = 0; i < length; i++) {
          add(buffer[i]);
        }
      }
    } catch (IOException e) {
      flush(); // closed: the process has ended, and what it printed was read
    }
  }

  private void add(byte next) {
    if (next != '\n') {
      line.write(next);
    }
    if (next == '\n' || line.size() >= MAX_LINE) {
      print();
    }
  }

  private void flush() {
    if (line.size() > 0) {
      print();
    }
  }

  private void print() {
    String text = line.toString(StandardCharsets.UTF_8);
    line.reset();
    Output.line(label + " | " + text);
    if (invocation != null) {
      invocation.log(text);
    }
  }
}
