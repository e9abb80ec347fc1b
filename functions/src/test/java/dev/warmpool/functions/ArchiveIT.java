package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The deployment archive, which the build has just made, and the page that tells what is in it. */
class ArchiveIT {

  private static final Path ARCHIVE = Path.of("target", "functions.zip");
  private static final Path LIBRARIES = Path.of("target", "libraries.txt");
  private static final Path PURPOSES = Path.of("src", "assembly", "purposes.properties");
  private static final Path PAGE = Path.of("..", "docs", "archive.md");

  private static final int MEGABYTE = 1_000_000;
  private static final int MOST_MEGABYTES = 15;
  private static final Pattern JAR = Pattern.compile("(.+?)-(\\d[\\w.-]*)\\.jar");

  /** A jar as it was before it became a part of the archive; our own has no size that stays. */
  private record Library(String name, String version, Path file) {

    static Library of(Path file) {
      Matcher jar = JAR.matcher(file.getFileName().toString());
      assertThat(jar.matches()).as("%s is named as Maven names a jar", file).isTrue();
      return new Library(jar.group(1), jar.group(2), file);
    }

    String line(String purpose) throws IOException {
      String size =
          name.startsWith("warmpool-")
              ? ""
              : String.format(Locale.ROOT, "%,d", Math.max(1, Files.size(file) / 1_000));
      return "| %s | %s | %s |\n".formatted(name, size, purpose);
    }
  }

  private static Map<String, Library> libraries() throws IOException {
    Map<String, Library> libraries = new TreeMap<>();
    for (String path : Files.readString(LIBRARIES).strip().split(File.pathSeparator)) {
      Library library = Library.of(Path.of(path));
      libraries.put(library.name(), library);
    }
    return libraries;
  }

  private static Map<Object, Object> purposes() throws IOException {
    Properties purposes = new Properties();
    try (Reader reader = Files.newBufferedReader(PURPOSES)) {
      purposes.load(reader);
    }
    return new TreeMap<>(purposes);
  }

  private static String page() throws IOException {
    Map<Object, Object> purposes = purposes();
    StringBuilder page =
        new StringBuilder(
            """
            # What is deployed

            Written and checked by `mvn verify`: it fails where this page is not true any more, where a library
            has no purpose in `functions/src/assembly/purposes.properties`, or where the archive has more than
            %d MB.

            `functions/target/functions.zip` has the functions' classes at its root and `lib/libraries.jar`,
            which holds these jars, merged and not compressed a second time: a class loader that looks through
            one jar instead of fifty, and need not inflate, brings a function up sooner, and the archive becomes
            smaller. Nothing of theirs is changed, so that a function runs the classes that the tests ran. Licences
            and notices lie in `META-INF/licenses`, a folder for each jar. Two builds of the same sources by the same
            JDK make the same archive, byte for byte. Sizes are those of the jars as published, in KB.

            | jar | KB | what for |
            |---|---|---|
            """
                .formatted(MOST_MEGABYTES));
    for (Library library : libraries().values()) {
      page.append(library.line(String.valueOf(purposes.get(library.name()))));
    }
    return page.toString();
  }

  @Test
  void isNoLargerThanPromised() throws IOException {
    assertThat(Files.size(ARCHIVE)).isLessThanOrEqualTo((long) MOST_MEGABYTES * MEGABYTE);
  }

  @Test
  void holdsNothingWithoutAPurpose() throws IOException {
    assertThat(purposes().keySet()).hasSameElementsAs(libraries().keySet());
  }

  @Test
  void isWhatThePageSays() throws IOException {
    String page = page();
    boolean isTrue = Files.exists(PAGE) && Files.readString(PAGE).equals(page);
    if (!isTrue) {
      Files.writeString(PAGE, page);
    }
    assertThat(isTrue).as("docs/archive.md was not true; it has been written anew").isTrue();
  }
}
