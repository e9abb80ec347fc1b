package dev.warmpool.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Counts a process's TCP connections, read from {@code /proc}. */
final class Sockets {

  private static final int LOCAL = 1;
  private static final int REMOTE = 2;
  private static final int STATE = 3;
  private static final String LISTEN = "0A";
  private static final int INODE = 9;

  private Sockets() {}

  /** The number of connections from the process to this port. */
  static long to(int port, long pid) {
    String remote = ":%04X".formatted(port);
    Set<String> own = inodes(pid);
    return Stream.of("tcp", "tcp6")
        .flatMap(file -> lines(Path.of("/proc", Long.toString(pid), "net", file)).stream())
        .map(line -> line.strip().split("\\s+"))
        .filter(columns -> columns[REMOTE].endsWith(remote) && own.contains(columns[INODE]))
        .count();
  }

  /** The ports on which this process listens. */
  static List<Integer> listening() {
    return listening(ProcessHandle.current().pid());
  }

  /** The ports on which a process listens. */
  static List<Integer> listening(long pid) {
    Set<String> own = inodes(pid);
    return Stream.of("tcp", "tcp6")
        .flatMap(file -> lines(Path.of("/proc", Long.toString(pid), "net", file)).stream())
        .map(line -> line.strip().split("\\s+"))
        .filter(columns -> columns[STATE].equals(LISTEN) && own.contains(columns[INODE]))
        .map(columns -> columns[LOCAL].substring(columns[LOCAL].lastIndexOf(':') + 1))
        .map(port -> Integer.parseInt(port, 16))
        .toList();
  }

  private static Set<String> inodes(long pid) {
    Set<String> inodes = new HashSet<>();
    try (Stream<Path> files = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
      for (Path file : files.toList()) {
        String target = target(file);
        if (target.startsWith("socket:[")) {
          inodes.add(target.substring("socket:[".length(), target.length() - 1));
        }
      }
      return inodes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a descriptor leads to; empty if it has been closed since it was listed. */
  private static String target(Path descriptor) throws IOException {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (NoSuchFileException e) {
      return "";
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
