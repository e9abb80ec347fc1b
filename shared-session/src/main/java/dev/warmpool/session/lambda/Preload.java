package dev.warmpool.session.lambda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * Loads and links what a first session takes, on a thread of its own, while another brings the
 * function up: half of a cold start is reading and verifying classes.
 *
 * <pre>{@code
 * public final class PurgeOrdersHandler implements RequestHandler<ScheduledEvent, Report> {
 *   static {
 *     Preload.start();
 *   }
 * }
 * }</pre>
 *
 * <p>Nothing is initialised but two that take long and ask for nothing that asks for them: the
 * others' initialisers run in the order in which they would without this, and no two threads can
 * wait for each other's.
 */
public final class Preload {

  /** One class a line, in the order of use; made by the build from the log of a first session. */
  private static final String LIST = "META-INF/warmpool/preload.txt";

  /**
   * Initialised ahead, as they take long and ask for nothing that asks for them, in the order of
   * use. From 25 on {@code BigDecimal} computes powers of ten, some 15 ms in the interpreter, for
   * Jackson's parser at the latest; and Netty links {@code malloc} and {@code free} by method
   * handles, some 75 ms.
   */
  private static final List<String> INITIALIZED =
      List.of("java.math.BigDecimal", "io.netty.util.internal.PlatformDependent");

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
    INITIALIZED.forEach(name -> initialize(name, loader));
    names(loader).forEach(name -> isLinked(name, loader));
  }

  private static void initialize(String name, ClassLoader loader) {
    try {
      Class.forName(name, true, loader);
    } catch (ClassNotFoundException | LinkageError e) {
      // Whoever needs it will say so.
    }
  }

  /** Loads and links one class; false where that cannot be. */
  static boolean isLinked(String name, ClassLoader loader) {
    try {
      // HotSpot links a class before it tells its constructors; the public ones name fewer types.
      return Class.forName(name, false, loader).getConstructors() != null;
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }

  /** The classes' names; none where the build has made no list. */
  static List<String> names(ClassLoader loader) {
    try (InputStream list = loader.getResourceAsStream(LIST)) {
      if (list == null) {
        return List.of();
      }
      return List.of(new String(list.readAllBytes(), StandardCharsets.UTF_8).split("\n"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
