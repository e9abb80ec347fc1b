package dev.warmpool.functions.users;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.functions.Api;
import dev.warmpool.functions.Event;
import dev.warmpool.functions.event.Json;
import dev.warmpool.session.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pages neither skip nor repeat users, and a page costs the same at any depth. */
class PaginationIT {

  private static Api api;

  @BeforeAll
  static void start() {
    Api.migrate("pages");
    api = Api.with(Map.of("POSTGRES_SCHEMA", "pages", "POOL_SIZE", "2"));
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @BeforeEach
  void manyUsers() {
    Api.admin("TRUNCATE pages.users RESTART IDENTITY");
    insertUsers(2_000);
  }

  private static void insertUsers(int count) {
    Api.admin(
        "INSERT INTO pages.users (email, name) SELECT gen_random_uuid() || '@example.org', 'U'"
            + " FROM generate_series(1, "
            + count
            + ")");
  }

  private static List<Long> walk(int limit) {
    List<Long> ids = new ArrayList<>();
    Event event = Event.of("GET /users").with("query", "limit", Integer.toString(limit));
    JsonNode page = api.send(event).json();
    page.path("items").forEach(user -> ids.add(user.path("id").asLong()));
    while (!page.path("next").isNull()) {
      assertThat(page.path("items")).hasSize(limit);
      page = api.send(event.with("query", "after", page.path("next").asText())).json();
      page.path("items").forEach(user -> ids.add(user.path("id").asLong()));
    }
    return ids;
  }

  private static List<Long> multiplesUpTo2000(int step) {
    return LongStream.rangeClosed(1, 2_000).filter(id -> id % step == 0).boxed().toList();
  }

  @Test
  void returnsEveryUserOnceInOrder() {
    assertThat(walk(500)).containsExactlyElementsOf(multiplesUpTo2000(1));
    assertThat(walk(37)).containsExactlyElementsOf(multiplesUpTo2000(1));
  }

  @Test
  void returnsFiftyUsersByDefault() {
    assertThat(api.send(Event.of("GET /users")).json().path("items")).hasSize(50);
  }

  @Test
  void omitsDeletedUsers() {
    Api.admin("UPDATE pages.users SET deleted_at = now() WHERE id % 2 = 1");
    assertThat(walk(100)).containsExactlyElementsOf(multiplesUpTo2000(2));
  }

  @Test
  void returnsEveryRemainingUserDuringConcurrentInsertsAndDeletes() {
    AtomicBoolean done = new AtomicBoolean();
    CompletableFuture<Void> changes =
        CompletableFuture.runAsync(
            () -> {
              for (int id = 1; !done.get(); id += 2) {
                Api.admin("DELETE FROM pages.users WHERE id = " + (id % 2_000));
                insertUsers(3);
              }
            });
    List<Long> ids = walk(50);
    done.set(true);
    changes.join();
    assertThat(ids).isSorted().doesNotHaveDuplicates().containsAll(multiplesUpTo2000(2));
  }

  @Test
  void refusesACursorThatNoPageReturned() {
    for (String cursor : new String[] {"x", "MA", "LTE", "MDE", "*", "=", ""}) {
      Event event = Event.of("GET /users").with("query", "after", cursor);
      assertThat(api.send(event).status()).as(cursor).isEqualTo(422);
    }
  }

  /**
   * The last page of 20,000 users reads about as many blocks as the first, by the same index, and
   * none for the 10,000 users between them that are marked as deleted.
   */
  @Test
  void costsTheSameAtAnyDepthAndBehindDeletedUsers() throws Exception {
    insertUsers(18_000);
    Api.admin("UPDATE pages.users SET deleted_at = now() WHERE id BETWEEN 2 AND 10000");
    Api.admin("VACUUM ANALYZE pages.users");
    JsonNode first = plan(0);
    JsonNode deep = plan(19_900);
    for (JsonNode plan : List.of(first, deep)) {
      assertThat(plan.at("/Plans/0/Node Type").asText()).isEqualTo("Index Scan");
      assertThat(plan.at("/Plans/0/Index Name").asText()).isEqualTo("users_living_id");
      assertThat(plan.at("/Plans/0/Actual Rows").asInt()).isEqualTo(51);
    }
    assertThat(blocks(deep)).isLessThanOrEqualTo(blocks(first) + 2);
  }

  /** As long as VACUUM has not removed them, which no planner is to wait for. */
  @Test
  void costsTheSameBehindPurgedUsers() throws Exception {
    insertUsers(18_000);
    Api.admin("VACUUM ANALYZE pages.users");
    int before = blocks(explained(0).path("Planning"));
    Api.admin("ALTER TABLE pages.users SET (autovacuum_enabled = off)");
    Api.admin("DELETE FROM pages.users WHERE id < 19000");

    assertThat(blocks(explained(0).path("Planning"))).isEqualTo(before);
    Api.admin("ALTER TABLE pages.users RESET (autovacuum_enabled)");
  }

  private static int blocks(JsonNode plan) {
    return plan.path("Shared Hit Blocks").asInt() + plan.path("Shared Read Blocks").asInt();
  }

  private static JsonNode plan(long after) throws Exception {
    return explained(after).path("Plan");
  }

  /** Explained twice: the first time, planning reads the catalogs. */
  private static JsonNode explained(long after) throws Exception {
    String page =
        after == 0
            ? UserQueries.FIRST_PAGE.replace("$1", "51")
            : UserQueries.PAGE.replace("$1", "" + after).replace("$2", "51");
    String explain = "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + page;
    try (Connection connection = PostgresServer.shared().admin();
        Statement statement = connection.createStatement()) {
      statement.execute("SET search_path TO pages");
      statement.execute(explain);
      try (ResultSet plan = statement.executeQuery(explain)) {
        plan.next();
        return Json.read(plan.getString(1)).path(0);
      }
    }
  }
}
