package dev.warmpool.session.lambda;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * Loads and links what a first session takes, on a thread of its own, while another brings the
 * function up: half of a cold start is reading and verifying classes.
 *
 * <pre>{@code
 * public final class ArchiveOrdersHandler implements RequestHandler<ScheduledEvent, Report> {
 *   static {
 *     Preload.start();
 *   }
 * }</pre>
 *
 * <p>Nothing is initialised but Netty's look at its platform, which asks for nothing that asks for
 * it: the other initialisers run in the order in which they would without this, and no two threads
 * can wait for each other's.
 */
public final class Preload {

  /**
   * One library's class a line, in the order of use; a test makes it and keeps it true. A class
   * that is only looked at when another is verified is not in it: the other brings it.
   */
  private static final String LIST = "preload.txt";

  private Preload() {}

  /**
   * Begins and returns at once; to be called as early as may be. The thread is a daemon and ends by
   * itself. A class that is not there is left out: whoever needs it will say so.
   */
  public static void start() {
    Netty.withoutFlightRecorder();
    // Who asks SLF4J for a logger while another thread brings it up gets a substitute.
    LoggerFactory.getILoggerFactory();
    Thread thread = new Thread(Preload::all, "preload");
    thread.setDaemon(true);
    thread.start();
  }

  private static void all() {
    ClassLoader loader = Preload.class.getClassLoader();
    Netty.lookAtPlatform(loader);
    for (String name : names()) {
      isLinked(name, loader);
    }
  }

  /** Loads and links one class; false where that cannot be. */
  static boolean isLinked(String name, ClassLoader loader) {
    try {
      // HotSpot links a class before it tells what is declared in it.
      return Class.forName(name, false, loader).getDeclaredConstructors() != null;
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }

  /** The classes' names. */
  static List<String> names() {
    try (InputStream list = Preload.class.getResourceAsStream(LIST)) {
      if (list == null) {
        throw new IllegalStateException(LIST + " is not beside " + Preload.class.getName());
      }
      return new BufferedReader(new InputStreamReader(list, StandardCharsets.UTF_8))
          .lines()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
