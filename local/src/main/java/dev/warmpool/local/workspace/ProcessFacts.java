package dev.warmpool.local.workspace;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What the operating system tells about a process; empty where it does not, or no longer. Java
 * itself does not tell the working directory, and no command line longer than a page.
 *
 * @param process the process
 */
record ProcessFacts(ProcessHandle process) {

  private static final Path NONE = Path.of("");

  boolean isOfThisUser() {
    return process.info().user().equals(ProcessHandle.current().info().user());
  }

  List<String> arguments() {
    try {
      byte[] line = Files.readAllBytes(proc("cmdline"));
      return List.of(new String(line, StandardCharsets.UTF_8).split("\0"));
    } catch (IOException e) {
      return process.info().arguments().map(List::of).orElse(List.of());
    }
  }

  /** The file that the process runs. */
  Path program() {
    return link("exe");
  }

  Path workingDirectory() {
    return link("cwd");
  }

  private Path link(String name) {
    try {
      return Files.readSymbolicLink(proc(name));
    } catch (IOException | UnsupportedOperationException e) {
      return NONE;
    }
  }

  private Path proc(String name) {
    return Path.of("/proc", Long.toString(process.pid()), name);
  }
}
