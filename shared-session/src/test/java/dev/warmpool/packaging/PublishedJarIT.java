package dev.warmpool.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks the artifacts that this build would publish: the library's jar and its pom. */
class PublishedJarIT {

  private static final Path TARGET = Path.of("target");

  @Test
  void jarHasAModuleNameOfItsOwn() throws IOException {
    assertThat(ModuleFinder.of(jar()).findAll())
        .singleElement()
        .extracting(module -> module.descriptor().name())
        .isEqualTo("dev.warmpool.session");
  }

  @Test
  void jarHoldsTheLicense() throws IOException {
    try (JarFile jar = new JarFile(jar().toFile())) {
      assertThat(jar.getInputStream(jar.getEntry("META-INF/LICENSE")))
          .hasBinaryContent(Files.readAllBytes(Path.of("..", "LICENSE")));
    }
  }

  @Test
  void pomNeedsNoParentAndNoProperty() throws IOException {
    assertThat(Files.readString(TARGET.resolve(".flattened-pom.xml")))
        .contains("<name>Apache-2.0</name>")
        .doesNotContain("<parent>", "${", "<scope>test</scope>", "<dependencyManagement>");
  }

  @Test
  void readmeNamesTheCoordinates() throws IOException {
    String version = jar().getFileName().toString().replaceAll("warmpool-session-|\\.jar", "");

    assertThat(Files.readString(Path.of("..", "README.md")))
        .contains("  <artifactId>warmpool-session</artifactId>\n  <version>" + version + "<")
        .contains("implementation(\"dev.warmpool:warmpool-session:" + version + "\")");
  }

  private static Path jar() throws IOException {
    try (Stream<Path> files = Files.list(TARGET)) {
      List<Path> jars = files.filter(PublishedJarIT::isTheLibrary).toList();
      assertThat(jars).hasSize(1);
      return jars.get(0);
    }
  }

  private static boolean isTheLibrary(Path file) {
    return file.getFileName().toString().matches("warmpool-session-[0-9.]+(-SNAPSHOT)?\\.jar");
  }
}
