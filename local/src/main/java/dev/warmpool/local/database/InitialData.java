package dev.warmpool.local.database;

import dev.warmpool.local.workspace.CachedFolders;
import dev.warmpool.local.workspace.Workspace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * The data of a new server, which initdb has made once for all runs of this user: a copy takes a
 * tenth of the time. Every copy has the password of the original, which stands in a file that this
 * user alone can read, until {@link EmbeddedServer} sets another. Immutable.
 *
 * @param folder a folder in the user's cache: the data, the password, the path of the programs, and
 *     the checksum of all three
 */
record InitialData(Path folder) {

  /** They are of the server that initdb's data was made for. */
  private static final List<String> LEFT_OUT = List.of("epg-lock", "postmaster.opts");

  private static final String PROGRAMS = "programs";
  private static final String CHECKSUM = "checksum";

  /**
   * Copies the data to a folder that does not exist; makes the data first if it is missing, broken
   * or of other programs.
   *
   * @return what has been copied
   */
  static InitialData copied(Workspace workspace, Path data) throws IOException {
    CachedFolders all = workspace.initialData();
    String name = Initdb.name();
    Optional<Path> present = all.find(name);
    if (present.isPresent()) {
      InitialData initial = new InitialData(present.get());
      if (initial.copyTo(data)) {
        return initial;
      }
      all.discard(name);
    }
    InitialData made = made(workspace);
    if (!made.copyTo(data)) {
      throw new IOException("the data in " + made.folder() + " changes: start again");
    }
    return made;
  }

  /** The existing data, or new one. */
  static InitialData made(Workspace workspace) throws IOException {
    CachedFolders all = workspace.initialData();
    String name = Initdb.name();
    Optional<Path> present = all.find(name);
    return new InitialData(
        present.isPresent()
            ? present.get()
            : all.keep(new Initdb(workspace).run(workspace.path("initdb")), name));
  }

  /** Takes the data of a server that has been stopped, and its password, into this folder. */
  void take(ServerFiles server, Path programs) throws IOException {
    Files.createDirectories(folder);
    for (String name : LEFT_OUT) {
      Files.deleteIfExists(server.data().resolve(name));
    }
    ServerFiles.write(files().password(), Files.readString(server.password()));
    Files.writeString(folder.resolve(PROGRAMS), programs.toString());
    Files.writeString(folder.resolve(CHECKSUM), copy(server.data(), files().data()));
  }

  private ServerFiles files() {
    return new ServerFiles(folder);
  }

  /** The password of the data's server. */
  String password() throws IOException {
    return Files.readString(files().password());
  }

  /** The folder of the server's programs. */
  Path programs() throws IOException {
    return Path.of(Files.readString(folder.resolve(PROGRAMS)));
  }

  /** Copies the data unless it is broken or its programs are gone; false if nothing is copied. */
  private boolean copyTo(Path data) throws IOException {
    try {
      byte[] checksum = Files.readAllBytes(folder.resolve(CHECKSUM));
      if (copy(files().data(), data).equals(new String(checksum, StandardCharsets.UTF_8))
          && Files.isDirectory(programs())) {
        return true;
      }
    } catch (NoSuchFileException e) {
      // broken
    }
    if (Files.exists(data)) {
      CachedFolders.delete(data);
    }
    return false;
  }

  /** Copies data and returns a checksum of its files' names and contents, and of the rest here. */
  private String copy(Path from, Path to) throws IOException {
    CRC32 checksum = new CRC32();
    checksum.update(Files.readAllBytes(files().password()));
    checksum.update(Files.readAllBytes(folder.resolve(PROGRAMS)));
    ServerFiles.createPrivate(to);
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.skip(1).sorted().toList()) {
        String name = from.relativize(file).toString();
        checksum.update(name.getBytes(StandardCharsets.UTF_8));
        copy(file, to.resolve(name), checksum);
      }
    }
    return Long.toHexString(checksum.getValue());
  }

  private static void copy(Path file, Path copy, CRC32 checksum) throws IOException {
    if (Files.isDirectory(file)) {
      Files.createDirectory(copy);
    } else {
      byte[] content = Files.readAllBytes(file);
      checksum.update(content);
      Files.write(copy, content);
    }
  }
}
