package dev.warmpool.local.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** TCP connections of processes on IPv4, from the proc file system where there is one. */
final class Sockets {

  private static final Path PROC = Path.of("/proc");
  private static final String ESTABLISHED = "01";
  private static final int HEXADECIMAL = 16;

  /** Columns of the kernel's table. */
  private static final int LOCAL = 1;

  private static final int REMOTE = 2;
  private static final int STATE = 3;
  private static final int INODE = 9;

  private Sockets() {}

  /** Established connections of a process to a port. */
  static OptionalInt count(long pid, int port) {
    try {
      Set<String> mine = inodes(pid);
      return OptionalInt.of(
          (int)
              table()
                  .filter(row -> row[STATE].equals(ESTABLISHED) && port(row[REMOTE]) == port)
                  .filter(row -> mine.contains(row[INODE]))
                  .count());
    } catch (IOException e) {
      return OptionalInt.empty(); // it has ended, or this is not Linux
    }
  }

  /** Which of these processes has the connection from one port to another. */
  static OptionalLong owner(int from, int to, LongStream pids) {
    try {
      Set<String> inodes =
          table()
              .filter(row -> port(row[LOCAL]) == from && port(row[REMOTE]) == to)
              .map(row -> row[INODE])
              .collect(Collectors.toSet());
      return pids.filter(pid -> has(pid, inodes)).findFirst();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  private static boolean has(long pid, Set<String> inodes) {
    try {
      return inodes(pid).stream().anyMatch(inodes::contains);
    } catch (IOException e) {
      return false;
    }
  }

  private static Stream<String[]> table() throws IOException {
    List<String> lines = Files.readAllLines(PROC.resolve("net/tcp"));
    return lines.stream().skip(1).map(line -> line.strip().split("\\s+"));
  }

  private static int port(String address) {
    return Integer.parseInt(address.substring(address.indexOf(':') + 1), HEXADECIMAL);
  }

  private static Set<String> inodes(long pid) throws IOException {
    Set<String> inodes = new HashSet<>();
    try (Stream<Path> files = Files.list(PROC.resolve(pid + "/fd"))) {
      for (Path file : files.toList()) {
        String target = target(file);
        if (target.startsWith("socket:[")) {
          inodes.add(target.substring("socket:[".length(), target.length() - 1));
        }
      }
    }
    return inodes;
  }

  private static String target(Path file) {
    try {
      return Files.readSymbolicLink(file).toString();
    } catch (IOException e) {
      return ""; // closed since it was listed
    }
  }
}
