package dev.warmpool.local.launcher;

import dev.warmpool.local.StartupException;
import dev.warmpool.local.workspace.UnpackedJars;
import dev.warmpool.local.workspace.Workspace;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;

/**
 * Starts the runner from its jar. Functions run in processes of their own with some of the
 * libraries on their class paths, so that all of them are unpacked into the user's cache folder.
 */
public final class Launcher {

  private static final String RUNNER = "dev.warmpool.local.LocalRunner";

  private Launcher() {}

  /**
   * Unpacks the libraries unless they are there, and runs until the process is terminated.
   *
   * @param arguments the runner's arguments
   */
  public static void main(String[] arguments) throws ReflectiveOperationException {
    ClassLoader loader;
    try {
      loader = loader(UnpackedJars.of(jar(), Workspace.cache(System.getenv())));
    } catch (StartupException e) {
      System.out.println("Warmpool cannot start: " + e.getMessage());
      System.exit(1);
      return;
    }
    Thread.currentThread().setContextClassLoader(loader);
    try {
      loader.loadClass(RUNNER).getMethod("main", String[].class).invoke(null, (Object) arguments);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private static Path jar() {
    try {
      return Path.of(Launcher.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Its parent has no classes of the jar around: those in it are loaded again. */
  private static ClassLoader loader(List<Path> jars) {
    URL[] urls = jars.stream().map(Launcher::url).toArray(URL[]::new);
    return new URLClassLoader("runner", urls, ClassLoader.getPlatformClassLoader());
  }

  private static URL url(Path jar) {
    try {
      return jar.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalStateException(e);
    }
  }
}
