package dev.warmpool.session.lambda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * Loads and links the classes of a first session on a background thread while the function
 * initializes. Half of a cold start is reading and verifying classes.
 *
 * <pre>{@code
 * public final class PurgeOrdersHandler implements RequestHandler<ScheduledEvent, Report> {
 *   static {
 *     Preload.start();
 *   }
 * }
 * }</pre>
 *
 * <p>Only two classes are initialized, which take long and depend on no class that depends on them.
 * The initializers of all other classes run in the same order as without preloading, so no two
 * threads can wait for each other's initializers. Thread-safe.
 */
public final class Preload {

  /** One class name a line, in the order of use. The build writes it from a first session's log. */
  private static final String LIST = "META-INF/warmpool/preload.txt";

  /**
   * The classes to initialize, in the order of use. Since Java 25 {@code BigDecimal} computes
   * powers of ten, about 15 ms in the interpreter, and Jackson's parser needs it. Since then, too,
   * Netty links {@code malloc} and {@code free} by method handles, about 75 ms.
   */
  private static final List<String> INITIALIZED =
      List.of("java.math.BigDecimal", "io.netty.util.internal.PlatformDependent");

  private Preload() {}

  /**
   * Starts preloading and returns at once; call it as early as possible. The thread is a daemon and
   * ends when all classes are loaded. A class that cannot be loaded is skipped: the code that needs
   * it reports the error.
   */
  public static void start() {
    Netty.withoutFlightRecorder();
    // A thread that asks SLF4J for a logger while another initializes it gets a substitute.
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
      // the code that needs the class reports the error
    }
  }

  /** Loads and links one class; false if that fails. */
  static boolean isLinked(String name, ClassLoader loader) {
    try {
      // HotSpot links a class before it lists its constructors. Only the public ones are asked for,
      // because their parameters name fewer types.
      return Class.forName(name, false, loader).getConstructors() != null;
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }

  /** The names of the classes to preload; empty if the build wrote no list. */
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
