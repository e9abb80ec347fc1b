package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.lambda.LinkedClasses;
import dev.warmpool.session.testkit.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The list of classes that the functions preload, which the build has just made. */
class RequestPreloadIT {

  private static final Path LIST = Path.of("target", "classes", "META-INF/warmpool/preload.txt");

  @Test
  void namesWhatAFirstRequestLinksInTheSameOrderAtEveryRun() throws Exception {
    try (PostgresServer server = PostgresServer.with(Map.of())) {
      RequestPreloadList.prepare(server);

      assertThat(Files.readAllLines(LIST))
          .isEqualTo(new LinkedClasses(server).of(FirstRequest.class.getName()))
          .contains(ApiHandler.class.getName(), "io.r2dbc.postgresql.PostgresqlConnection")
          .doesNotContain(FirstRequest.class.getName());
    }
  }
}
