package dev.warmpool.local.console;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmpool.local.gateway.RequestLog;
import dev.warmpool.local.runtime.EnvironmentInfo;
import dev.warmpool.local.runtime.EnvironmentState;
import dev.warmpool.local.runtime.InvocationReport;
import dev.warmpool.local.runtime.RuntimeObserver;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The recent states of each environment and the last invocations. A new stream gets the whole
 * history, then each new event. Thread-safe.
 */
public final class EventHistory implements RuntimeObserver, RequestLog {

  /** States kept for each environment, so that a busy one does not displace the others. */
  private static final int MAX_STATES = 400;

  /** Ended environments that are kept. */
  private static final int MAX_ENDED = 20;

  private static final int MAX_INVOCATIONS = 100;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Map<String, Lane> lanes = new LinkedHashMap<>();
  private final Map<String, ObjectNode> invocations = new LinkedHashMap<>();
  private final List<EventStream> streams = new ArrayList<>();

  /** The states of one environment. */
  private static final class Lane {

    private final Deque<ObjectNode> states = new ArrayDeque<>();
    private EnvironmentState state = EnvironmentState.INIT;
  }

  private static String key(EnvironmentInfo environment) {
    return environment.function() + "#" + environment.number();
  }

  @Override
  public synchronized void changed(
      EnvironmentInfo environment, EnvironmentState state, Instant at) {
    Lane lane = lanes.computeIfAbsent(key(environment), key -> new Lane());
    lane.state = state;
    ObjectNode message =
        JSON.createObjectNode()
            .put("lane", key(environment))
            .put("function", environment.function())
            .put("number", environment.number())
            .put("pid", environment.pid())
            .put("state", state.name())
            .put("at", at.toEpochMilli());
    lane.states.add(message);
    if (lane.states.size() > MAX_STATES) {
      lane.states.remove();
    }
    removeOldestEnded();
    publish("state", message);
  }

  private void removeOldestEnded() {
    List<String> ended =
        lanes.entrySet().stream()
            .filter(lane -> lane.getValue().state.isOver())
            .map(Map.Entry::getKey)
            .toList();
    lanes.keySet().removeAll(ended.subList(0, Math.max(0, ended.size() - MAX_ENDED)));
  }

  @Override
  public synchronized void began(String requestId, EnvironmentInfo environment, Instant at) {
    ObjectNode invocation = invocation(requestId);
    invocation.put("lane", key(environment)).put("began", at.toEpochMilli());
    publish("invocation", invocation);
  }

  private ObjectNode invocation(String requestId) {
    ObjectNode invocation =
        invocations.computeIfAbsent(requestId, id -> JSON.createObjectNode().put("id", id));
    if (invocations.size() > MAX_INVOCATIONS) {
      invocations.remove(invocations.keySet().iterator().next());
    }
    return invocation;
  }

  @Override
  public synchronized void throttled(String requestId, String function, Instant at) {
    publish(
        "invocation",
        invocation(requestId)
            .put("function", function)
            .put("began", at.toEpochMilli())
            .put("outcome", "THROTTLED"));
  }

  @Override
  public synchronized void ended(InvocationReport report) {
    ObjectNode invocation =
        invocation(report.requestId())
            .put("lane", key(report.environment()))
            .put("millis", report.millis())
            .put("initMillis", report.initMillis())
            .put("outcome", report.outcome().name())
            .put("log", new String(report.logTail(), StandardCharsets.UTF_8));
    report.roundTrips().ifPresent(times -> invocation.put("roundTrips", times));
    publish("invocation", invocation);
  }

  /** The invocation is published when it begins. */
  @Override
  public synchronized void arrived(String requestId, String request) {
    invocation(requestId).put("request", request);
  }

  @Override
  public synchronized void answered(String requestId, String result) {
    publish("invocation", invocation(requestId).put("result", result));
  }

  private void publish(String type, ObjectNode message) {
    streams.removeIf(stream -> !stream.offer(type, message.toString()));
  }

  /** Sends the history to the stream, then new events until it accepts no more. */
  synchronized void watch(EventStream stream) {
    lanes.values().stream()
        .flatMap(lane -> lane.states.stream())
        .forEach(state -> stream.offer("state", state.toString()));
    invocations.values().stream()
        .filter(invocation -> invocation.has("began"))
        .forEach(invocation -> stream.offer("invocation", invocation.toString()));
    streams.add(stream);
  }

  synchronized void leave(EventStream stream) {
    streams.remove(stream);
  }
}
