package dev.warmpool.local.workspace;

import dev.warmpool.local.StartupException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Folders that only this user can enter. A folder that another user could have written to is
 * refused, because programs are started from it. Where files have no POSIX permissions, nothing is
 * checked.
 */
final class PrivateFolder {

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  /** Bits of a file's mode, as {@code stat} returns it. */
  private static final int STICKY = 01000;

  private static final int OTHERS_WRITE = 0002;
  private static final int GROUP_WRITE = 0020;

  private PrivateFolder() {}

  /**
   * Creates the folder, or checks the existing one, and returns its real path.
   *
   * @param setting names the variable by which the user chooses the folder
   * @throws StartupException if another user could have written to it
   */
  static Path create(Path folder, String setting) throws IOException {
    Files.createDirectories(folder.getParent());
    Path parent = folder.getParent().toRealPath();
    Path real = parent.resolve(folder.getFileName());
    if (!parent.getFileSystem().supportedFileAttributeViews().contains("unix")) {
      return Files.createDirectories(real);
    }
    for (Path above = parent; above != null; above = above.getParent()) {
      rejectShared(above, setting);
    }
    try {
      Files.createDirectory(real, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    } catch (FileAlreadyExistsException e) {
      rejectForeign(real, setting);
    }
    Files.setPosixFilePermissions(real, OWNER_ONLY);
    return real;
  }

  /** In a folder that all may write to, any user can replace another's; a sticky bit forbids it. */
  private static void rejectShared(Path above, String setting) throws IOException {
    int mode = mode(above);
    if ((mode & OTHERS_WRITE) != 0 && (mode & STICKY) == 0) {
      throw refusal(above, "every user can write to it", setting);
    }
  }

  private static void rejectForeign(Path folder, String setting) throws IOException {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      throw refusal(folder, "it is no folder", setting);
    }
    if ((mode(folder) & (OTHERS_WRITE | GROUP_WRITE)) != 0) {
      throw refusal(folder, "other users can write to it", setting);
    }
    if (!Files.getOwner(folder).equals(thisUser(folder))) {
      throw refusal(folder, "it belongs to another user", setting);
    }
  }

  /** The owner of a file that this process creates: works without an entry in a user database. */
  private static Object thisUser(Path folder) throws IOException {
    Path file = Files.createTempFile(folder, "owner", null);
    try {
      return Files.getOwner(file);
    } finally {
      Files.delete(file);
    }
  }

  private static int mode(Path path) throws IOException {
    return (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
  }

  private static StartupException refusal(Path path, String reason, String setting) {
    return new StartupException(
        "%s cannot hold the runner's files, because %s: correct it, or set %s to a"
                .formatted(path, reason, setting)
            + " folder of your own");
  }
}
