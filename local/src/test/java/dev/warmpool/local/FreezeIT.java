package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.WireProxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A frozen environment whose database connection is cut, silenced or kept. */
class FreezeIT {

  /** Of each fault in any order. */
  private static final int ROUNDS = SessionStack.COUNTS > 1 ? 200 : 3;

  /** Round trips of a read-write session with one statement on a warm connection. */
  private static final int ROUND_TRIPS = 2;

  private static PostgresServer server;
  private static WireProxy proxy;
  private static SessionStack stack;

  /** The fault that hits the connection of the frozen environment. */
  private enum Fault {
    CUT,
    BLACK_HOLED,
    BACKEND_KILLED,
    SERVER_RESTARTED,
    NOTHING
  }

  @BeforeAll
  static void start() {
    server = PostgresServer.with(Map.of());
    proxy = WireProxy.to(server.port());
    stack =
        SessionStack.on(
            server,
            1,
            Map.of("POSTGRES_PORT", Integer.toString(proxy.port()), "OPENING_TIMEOUT", "0.3"));
  }

  @AfterAll
  static void stop() {
    stack.close();
    proxy.close();
    server.close();
  }

  private static void inject(Fault fault) {
    switch (fault) {
      case CUT -> proxy.cutAll();
      case BLACK_HOLED -> proxy.blackHole();
      case BACKEND_KILLED ->
          server.execute(
              "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                  + " WHERE application_name = 'warmpool'");
      case SERVER_RESTARTED -> {
        server.stop();
        server.start();
      }
      case NOTHING -> {
        // the connection stays as it is
      }
    }
  }

  @Test
  @Timeout(value = 15, unit = TimeUnit.MINUTES)
  void noRequestAfterAThawFails() {
    long seed = System.nanoTime();
    List<Fault> faults =
        Stream.generate(Fault::values)
            .limit(ROUNDS)
            .flatMap(Stream::of)
            .collect(Collectors.toCollection(ArrayList::new));
    Collections.shuffle(faults, new Random(seed));
    JsonNode before = stack.invoke("Session", "{}");
    for (int i = 0; i < faults.size(); i++) {
      Fault fault = faults.get(i);
      inject(fault);
      JsonNode after = request(fault, "cycle " + i + " of seed " + seed);
      assertThat(after.path("process")).isEqualTo(before.path("process"));
      if (fault == Fault.NOTHING) {
        assertThat(after.path("backend")).isEqualTo(before.path("backend"));
      }
      before = after;
    }
    Output.line("frozen and thawed " + faults.size() + " times, no request failed");
  }

  private static JsonNode request(Fault fault, String cycle) {
    JsonNode[] answer = new JsonNode[1];
    Runnable request = () -> answer[0] = stack.invoke("Session", "{\"token\":\"" + cycle + "\"}");
    if (fault == Fault.NOTHING) {
      assertThat(proxy.roundTripsOf(request)).as(cycle).isEqualTo(ROUND_TRIPS);
    } else {
      request.run();
    }
    assertThat(answer[0].path("token").asText()).as(cycle).isEqualTo(cycle);
    return answer[0];
  }
}
