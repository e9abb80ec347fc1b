package dev.warmpool.session.internal.postgres;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.PasswordSource;
import dev.warmpool.session.manager.SessionManagers;
import dev.warmpool.session.settings.SessionSettings;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A manager beside a driver that is too old. */
class OldDriverTest {

  private static final String CONNECTION = "io.r2dbc.postgresql.PostgresqlConnection";

  /** Loads this build's classes anew, and the connection as up to 1.0.6, without its interface. */
  private static final class OldDriver extends URLClassLoader {

    OldDriver() throws IOException {
      super(urls(), ClassLoader.getPlatformClassLoader());
    }

    private static URL[] urls() throws IOException {
      String[] path = System.getProperty("java.class.path").split(File.pathSeparator);
      URL[] urls = new URL[path.length];
      for (int i = 0; i < path.length; i++) {
        urls[i] = Path.of(path[i]).toUri().toURL();
      }
      return urls;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      if (!name.equals(CONNECTION)) {
        return super.findClass(name);
      }
      try (InputStream in = findResource(name.replace('.', '/') + ".class").openStream()) {
        String code = new String(in.readAllBytes(), ISO_8859_1);
        assertThat(code).contains("io/r2dbc/spi/Wrapped");
        String old = code.replace("io/r2dbc/spi/Wrapped", "java/lang/Comparable"); // as long
        return defineClass(name, old.getBytes(ISO_8859_1), 0, old.length());
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }

  /** Runs with the classes of the other loader. */
  public static final class Program {

    private Program() {}

    /** Returns why there is no manager. */
    public static String refusal() {
      SessionSettings settings =
          SessionSettings.from(
              Map.of(
                  "POSTGRES_HOST", "127.0.0.1",
                  "POSTGRES_DB", "postgres",
                  "POSTGRES_USER", "app",
                  "POSTGRES_PASSWORD", "x"));
      try {
        return SessionManagers.create(settings, PasswordSource.fixed("x")).toString();
      } catch (IllegalStateException e) {
        return String.valueOf(e.getMessage());
      }
    }
  }

  @Test
  void isRefusedWithTheVersionThatIsNeeded() throws Exception {
    try (OldDriver loader = new OldDriver()) {
      Object refusal = loader.loadClass(Program.class.getName()).getMethod("refusal").invoke(null);

      assertThat(refusal.toString()).contains("sessions need 1.0.7 or later");
    }
  }
}
