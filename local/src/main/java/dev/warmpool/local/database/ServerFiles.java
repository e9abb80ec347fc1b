package dev.warmpool.local.database;

import dev.warmpool.local.StartupException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.stream.Stream;

/**
 * A server's data and the password of its role, made once and read again by later runs. Immutable.
 *
 * @param folder only this user can enter it, and one run at a time has it
 */
record ServerFiles(Path folder) {

  /** The major version of the embedded PostgreSQL: the data of another one cannot be read. */
  static final String MAJOR = "18";

  private static final int PASSWORD_BYTES = 18;

  Path data() {
    return folder.resolve("data");
  }

  Path password() {
    return folder.resolve("password");
  }

  /** Exists until the first server has started: killed before, initdb leaves a part of the data. */
  private Path unfinished() {
    return folder.resolve("unfinished");
  }

  /**
   * Makes a password for new data, or checks the existing data and returns its password.
   *
   * @throws StartupException if there is data that the server cannot use
   */
  String prepare() throws IOException {
    if (areUnfinished() && Files.exists(data())) {
      UnpackedBinaries.delete(data());
    }
    if (Files.exists(data())) {
      rejectOtherVersion();
      deleteStaleProcessId();
    } else {
      create();
    }
    return Files.readString(password());
  }

  private void create() throws IOException {
    Files.createDirectories(folder);
    write(unfinished(), "");
    write(password(), newPassword());
  }

  /** Whether the data is missing, or made by a start that has not finished. */
  boolean areUnfinished() {
    return Files.exists(unfinished());
  }

  /** Waits until the data is on the disk, as it is after initdb. */
  void force() throws IOException {
    try (Stream<Path> all = Files.walk(data())) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
          channel.force(true);
        }
      }
    }
  }

  /** Called when the server has started. */
  void complete() throws IOException {
    Files.deleteIfExists(unfinished());
  }

  private void rejectOtherVersion() throws IOException {
    String version = Files.readString(data().resolve("PG_VERSION")).strip();
    if (!version.equals(MAJOR)) {
      throw refusal(
          "its data is of PostgreSQL %s and the embedded server is %s: set another folder"
              .formatted(version, MAJOR));
    }
    if (!Files.exists(password())) {
      throw refusal("the file 'password' is missing in it: restore the file, or delete the folder");
    }
  }

  private StartupException refusal(String reason) {
    return new StartupException("LOCAL_DATA is '%s': %s".formatted(folder, reason));
  }

  /**
   * A server refuses to start if the process of a killed one seems to run. Its id can be another
   * process's by now, most likely in a container.
   */
  private void deleteStaleProcessId() throws IOException {
    Path file = data().resolve("postmaster.pid");
    if (Files.exists(file) && !isServer(Files.readString(file).lines().findFirst().orElse(""))) {
      Files.delete(file);
    }
  }

  private static boolean isServer(String id) {
    return id.matches("\\d{1,18}")
        && ProcessHandle.of(Long.parseLong(id))
            .flatMap(process -> process.info().command())
            .filter(command -> command.contains("postgres"))
            .isPresent();
  }

  /** Creates a folder that only this user can enter: the server refuses another. */
  static void createPrivate(Path folder) throws IOException {
    Files.createDirectory(folder);
    if (hasPermissions(folder)) {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }
  }

  private static boolean hasPermissions(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  private static String newPassword() {
    byte[] random = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(random);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }

  /** Writes a file that only this user can read. */
  static Path write(Path file, String text) throws IOException {
    Files.deleteIfExists(file);
    Files.writeString(file, text, StandardOpenOption.CREATE_NEW);
    if (hasPermissions(file)) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
    return file;
  }
}
