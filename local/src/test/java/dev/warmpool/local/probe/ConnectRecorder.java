package dev.warmpool.local.probe;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.Permission;

/**
 * A security manager that allows everything and appends each host and port that its process
 * connects to or looks up, but the Runtime API's, to the file in the property {@code connects}.
 * Java 24 and later have none. Thread-safe.
 */
@SuppressWarnings("removal")
public final class ConnectRecorder extends SecurityManager {

  private final String runtimePort =
      String.valueOf(System.getenv("AWS_LAMBDA_RUNTIME_API")).replaceFirst("[^:]*:(\\d+).*", "$1");

  /** Called by the JVM. */
  public ConnectRecorder() {}

  @Override
  public void checkPermission(Permission permission) {
    // everything is allowed
  }

  /** A look-up of the name has the port -1. */
  @Override
  public synchronized void checkConnect(String host, int port) {
    if (Integer.toString(port).equals(runtimePort)) {
      return;
    }
    try (FileOutputStream file = new FileOutputStream(System.getProperty("connects"), true)) {
      file.write((host + ":" + port + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
