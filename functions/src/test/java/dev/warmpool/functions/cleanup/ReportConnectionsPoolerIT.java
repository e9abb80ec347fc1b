package dev.warmpool.functions.cleanup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.functions.Api;
import dev.warmpool.functions.event.Json;
import dev.warmpool.session.SessionOptions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A pooler hides the connections of functions to it; the report says so. */
class ReportConnectionsPoolerIT {

  @ParameterizedTest
  @CsvSource({
    "pgbouncer, true",
    "rds-proxy, true",
    "none, false",
  })
  void namesThePooler(String pooler, boolean isNamed) {
    Job job = new ReportConnections(Map.of("POSTGRES_POOLER", pooler));
    try (Api api = Api.with(Map.of("POSTGRES_SCHEMA", "public"))) {
      Step step =
          api.sessions()
              .inSession(
                  SessionOptions.standard(),
                  session -> job.step(session, Input.first(Json.object())))
              .block(Duration.ofSeconds(20));
      assertThat(step.figures().path("pooler").asText())
          .isEqualTo(
              isNamed
                  ? pooler + ": its connections to the server, not those of functions to it"
                  : "");
    }
  }
}
