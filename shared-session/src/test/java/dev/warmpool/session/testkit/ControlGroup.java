package dev.warmpool.session.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * A control group whose processes together get a share of the processors, as a small function or a
 * slow machine does. Needs root and a writable control group file system, version 1 or 2. Its
 * processes must have ended when it is closed.
 */
public final class ControlGroup implements AutoCloseable {

  private static final Path FIRST = Path.of("/sys/fs/cgroup/cpu");
  private static final Path SECOND = Path.of("/sys/fs/cgroup");

  /** The kernel's default. */
  private static final int PERIOD_MICROS = 100_000;

  private final Path folder;

  private ControlGroup(Path folder) {
    this.folder = folder;
  }

  /**
   * Creates a group.
   *
   * @throws IOException if no group can be made here; the message says why
   */
  public static ControlGroup of(double processors) throws IOException {
    long quota = Math.round(PERIOD_MICROS * processors);
    String name = "warmpool-" + ProcessHandle.current().pid() + "-" + quota;
    boolean first = Files.exists(FIRST.resolve("cpu.cfs_quota_us"));
    Path folder = Files.createDirectory((first ? FIRST : SECOND).resolve(name));
    try {
      if (first) {
        Files.writeString(folder.resolve("cpu.cfs_period_us"), "" + PERIOD_MICROS);
        Files.writeString(folder.resolve("cpu.cfs_quota_us"), "" + quota);
      } else {
        Files.writeString(folder.resolve("cpu.max"), quota + " " + PERIOD_MICROS);
      }
    } catch (IOException e) {
      Files.delete(folder);
      throw e;
    }
    return new ControlGroup(folder);
  }

  /** What precedes a command that is to run in the group. */
  public List<String> prefix() {
    String join = String.format(Locale.ROOT, "echo $$ > %s/cgroup.procs && exec \"$@\"", folder);
    return List.of("/bin/sh", "-c", join, "sh");
  }

  /** Ended processes leave their group a little later than they are reported to have ended. */
  @Override
  public void close() throws IOException {
    for (int attempt = 0; !Files.readString(folder.resolve("cgroup.procs")).isEmpty(); attempt++) {
      if (attempt == 1_000_000) {
        throw new IOException(folder + " still has processes");
      }
      Thread.onSpinWait();
    }
    Files.delete(folder);
  }
}
