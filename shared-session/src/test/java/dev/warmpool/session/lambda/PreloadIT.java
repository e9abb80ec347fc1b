package dev.warmpool.session.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.testkit.PostgresServer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Checks the list of classes to preload, which this build has made. */
class PreloadIT {

  private final ClassLoader loader = Preload.class.getClassLoader();
  private final List<String> names = Preload.names(loader);

  @Test
  void listsTheClassesOfAFirstSessionInTheSameOrderAtEveryRun() throws Exception {
    LinkedClasses linked = new LinkedClasses(PostgresServer.shared());

    assertThat(names).isEqualTo(linked.of(FirstSession.class.getName()));
  }

  @Test
  void listsClassesOfTheLibraryAndOfTheDriver() {
    assertThat(names)
        .contains(SharedSessions.class.getName(), "io.r2dbc.postgresql.PostgresqlConnection")
        .doesNotContain(FirstSession.class.getName());
  }

  @Test
  void listsOnlyClassesThatLink() {
    assertThat(names).allMatch(name -> Preload.isLinked(name, loader));
  }
}
