package dev.warmpool.local.runtime;

import dev.warmpool.local.Output;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The output of a function's process. Each line is printed with the environment's name and added to
 * the log of the running invocation; if several run, to the log of the one whose request id the
 * line contains, or of all of them. The output is read without blocking, every few milliseconds and
 * at an invocation's end, so that the invocation's log is complete when its result is returned.
 * Thread-safe.
 */
final class ProcessLog {

  /** Longer lines are split, as CloudWatch splits events of more than 256 KB. */
  private static final int MAX_LINE = 256 * 1024;

  private final String label;
  private final InputStream output;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final byte[] buffer = new byte[8_192];
  private final Set<Invocation> running = new LinkedHashSet<>();

  ProcessLog(String label, InputStream output) {
    this.label = label;
    this.output = output;
  }

  /** Adds output to this invocation's log from now on. Idempotent. */
  synchronized void begin(Invocation invocation) {
    drain();
    running.add(invocation);
  }

  /** Reads the rest of the invocation's output and ends its log. */
  synchronized void end(Invocation invocation) {
    drain();
    flush();
    running.remove(invocation);
  }

  /** Reads the output that is available now. */
  synchronized void drain() {
    try {
      while (output.available() > 0) {
        int length = output.read(buffer, 0, Math.min(buffer.length, output.available()));
        for (int i = 0; i < length; i++) {
          add(buffer[i]);
        }
      }
    } catch (IOException e) {
      flush(); // the stream is closed: the process has ended
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
    List<Invocation> named = running.stream().filter(i -> text.contains(i.id())).toList();
    (named.isEmpty() ? running : named).forEach(invocation -> invocation.log(text));
  }
}
