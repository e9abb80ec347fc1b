package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.functions.cleanup.CleanupHandler;
import dev.warmpool.functions.event.Json;
import dev.warmpool.functions.schema.MigrateHandler;
import dev.warmpool.functions.users.ClearUsersHandler;
import dev.warmpool.session.SessionManager;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Events of other services, and misspelt ones, start no work: each function refuses them without
 * having asked for a session.
 */
class ForeignEventsTest {

  private final AtomicInteger started = new AtomicInteger();

  private final Supplier<SessionManager> sessions =
      () -> {
        started.incrementAndGet();
        throw new IllegalStateException("the event has started work");
      };

  private static JsonNode events() {
    try (InputStream in = ForeignEventsTest.class.getResourceAsStream("/foreign-events.json")) {
      return Json.read(Objects.requireNonNull(in).readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Stream<String> names() {
    return events().properties().stream().map(Map.Entry::getKey);
  }

  private static byte[] run(RequestStreamHandler handler, byte[] event) throws IOException {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    handler.handleRequest(new ByteArrayInputStream(event), answer, new FakeContext(20_000));
    return answer.toByteArray();
  }

  private void isRefused(RequestStreamHandler handler, byte[] event) {
    assertThatThrownBy(() -> run(handler, event))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .isNotBlank()
        .hasSizeLessThan(2_000)
        .doesNotContain("Exception", "secret", "ada@example.org");
    assertThat(started).hasValue(0);
  }

  /** A request to delete users names them, and nothing else is one. */
  @ParameterizedTest
  @MethodSource("names")
  void startNoWork(String name) throws IOException {
    byte[] event = Json.bytes(events().path(name));
    isRefused(new CleanupHandler(sessions, Map.of("POSTGRES_SCHEMA", "own")), event);
    isRefused(new MigrateHandler(sessions, "own"), event);
    isRefused(new ClearUsersHandler(sessions, Map.of()), event);
    JsonNode answer = Json.read(run(new ApiHandler(sessions, Map.of()), event));
    assertThat(answer.path("statusCode").asInt()).isEqualTo(404);
    assertThat(started).hasValue(0);
  }

  @Test
  void areRefusedWithoutBeingQuoted() {
    byte[] broken = "{\"secret\":".getBytes(StandardCharsets.UTF_8);
    byte[] large = new byte[1 << 21];
    for (byte[] event : List.of(broken, large)) {
      isRefused(new CleanupHandler(sessions, Map.of("POSTGRES_SCHEMA", "own")), event);
      isRefused(new MigrateHandler(sessions, "own"), event);
      isRefused(new ClearUsersHandler(sessions, Map.of()), event);
    }
  }
}
