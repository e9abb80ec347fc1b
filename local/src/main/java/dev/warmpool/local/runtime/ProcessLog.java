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
 * What a process prints: each line is printed with the environment's name, and kept for the
 * invocation that runs; where several do, for the one whose id it has, else for all. Read without
 * blocking, every few milliseconds and at an invocation's end, so that an invocation's log is
 * complete when its answer is given. Thread-safe.
 */
final class ProcessLog {

  /** A longer line is cut in two, as CloudWatch does with an event of more than 256 KB. */
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

  /** What is printed from now on is this invocation's, too. Again, it does nothing. */
  synchronized void begin(Invocation begun) {
    drain();
    running.add(begun);
  }

  /** Reads the rest of the invocation's log. */
  synchronized void end(Invocation ended) {
    drain();
    flush();
    running.remove(ended);
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
    List<Invocation> named = running.stream().filter(i -> text.contains(i.id())).toList();
    (named.isEmpty() ? running : named).forEach(invocation -> invocation.log(text));
  }
}
