package dev.warmpool.local;

import dev.warmpool.session.testkit.PostgresServer;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;

/** The statements of the library's sessions, from the log that the server itself writes. */
final class StatementLog {

  /** Settings of the server; the prefix marks the lines of the library's sessions. */
  static final Map<String, String> SETTINGS =
      Map.of(
          "log_statement", "all",
          "logging_collector", "on",
          "log_directory", "log",
          "log_filename", "statements.log",
          "log_line_prefix", "[%a]");

  private static final String LINE = "[warmpool]LOG:  ";

  private final PostgresServer server;

  StatementLog(PostgresServer server) {
    this.server = server;
  }

  /** Runs the work and returns the statements that began meanwhile, one a line. */
  List<String> during(Runnable work) {
    int before = mark();
    work.run();
    int after = mark();
    return lines().subList(before, after).stream()
        .filter(line -> line.startsWith(LINE))
        .map(line -> line.substring(LINE.length()))
        .toList();
  }

  /** Waits until the log has everything that was written so far; returns its number of lines. */
  private int mark() {
    String mark = "SELECT '" + UUID.randomUUID() + "'";
    server.execute(mark);
    Awaitility.await().until(() -> lines().stream().anyMatch(line -> line.endsWith(mark)));
    List<String> lines = lines();
    return (int) lines.stream().takeWhile(line -> !line.endsWith(mark)).count();
  }

  private List<String> lines() {
    return server.column("SELECT pg_read_file('log/statements.log')").get(0).lines().toList();
  }
}
