package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A request with If-Match does not overwrite a version that its caller has not read. */
class WritersIT {

  private static final int WRITERS = 16;
  private static final int CHANGES = 2 * Integer.getInteger("counts", 1);

  private static Api api;

  @BeforeAll
  static void start() {
    Api.migrate("writers");
    api = Api.with(Map.of("POSTGRES_SCHEMA", "writers", "POOL_SIZE", "8", "POOL_TIMEOUT", "15"));
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @BeforeEach
  void oneUserAtVersionThree() {
    Api.admin("TRUNCATE writers.users RESTART IDENTITY");
    Api.admin("INSERT INTO writers.users (email, name, version) VALUES ('a@example.org', '0', 3)");
  }

  @Test
  void sixteenWritersLoseNoUpdate() throws Exception {
    ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
    try {
      List<Future<?>> done =
          IntStream.range(0, WRITERS)
              .<Future<?>>mapToObj(i -> writers.submit(WritersIT::countUp))
              .toList();
      for (Future<?> writer : done) {
        writer.get();
      }
    } finally {
      writers.shutdown();
    }
    assertThat(Api.number("SELECT name::int FROM writers.users")).isEqualTo(WRITERS * CHANGES);
    assertThat(Api.number("SELECT version FROM writers.users")).isEqualTo(3 + WRITERS * CHANGES);
  }

  private static void countUp() {
    int changed = 0;
    while (changed < CHANGES) {
      Api.Answer read = api.send(Event.of("GET /users/{id}").id(1));
      int next = read.json().path("name").asInt() + 1;
      Api.Answer answer =
          api.send(
              Event.of("PATCH /users/{id}")
                  .id(1)
                  .header("If-Match", read.headers().get("etag"))
                  .body("{\"name\":\"" + next + "\"}"));
      assertThat(answer.status()).isIn(200, 412);
      changed += answer.status() == 200 ? 1 : 0;
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "\"3\" | 200",
        "* | 200",
        "\"1\", \"3\" | 200",
        "W/\"3\", \"3\" | 200",
        "\"x,\",\"3\" | 200",
        "W/\"3\" | 412",
        "\"2\" | 412",
        "\"03\" | 412",
        "\"x\" | 412",
        "\"99999999999999999999\" | 412",
        "\"x\"\"3\" | 422",
        "3 | 422",
        "\"3 | 422",
        "*, \"3\" | 422"
      })
  void comparesEntityTagsStrongly(String header, int status) {
    Event change =
        Event.of("PATCH /users/{id}").id(1).header("if-match", header).body("{\"name\":\"B\"}");
    assertThat(api.send(change).status()).isEqualTo(status);
    Event delete = Event.of("DELETE /users/{id}").id(1).header("if-match", header);
    if (status != 200) {
      assertThat(api.send(delete).status()).isEqualTo(status);
      assertThat(Api.number("SELECT version FROM writers.users")).isEqualTo(3);
    }
  }

  @Test
  void answersNotFoundBeforeItComparesVersions() {
    Event change =
        Event.of("PATCH /users/{id}").id(9).header("if-match", "\"1\"").body("{\"name\":\"B\"}");
    assertThat(api.send(change).status()).isEqualTo(404);
    Event delete = Event.of("DELETE /users/{id}").id(9).header("if-match", "*");
    assertThat(api.send(delete).status()).isEqualTo(404);
  }
}
