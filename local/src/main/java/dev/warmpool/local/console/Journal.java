package dev.warmpool.local.console;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmpool.local.database.Traffic;
import dev.warmpool.local.gateway.RequestLog;
import dev.warmpool.local.runtime.Environment;
import dev.warmpool.local.runtime.EnvironmentState;
import dev.warmpool.local.runtime.InvocationReport;
import dev.warmpool.local.runtime.RuntimeObserver;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What has happened lately: the states of each environment, and the last invocations. Viewers get
 * all of it, then what is new. Thread-safe.
 */
public final class Journal implements RuntimeObserver, RequestLog {

  /** States of one environment, so that a busy one does not push out the others. */
  private static final int MAX_STATES = 400;

  /** Environments that have ended and are still shown. */
  private static final int MAX_LOST = 20;

  private static final int MAX_INVOCATIONS = 100;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Traffic traffic;
  private final Map<String, Lane> lanes = new LinkedHashMap<>();
  private final Map<String, ObjectNode> invocations = new LinkedHashMap<>();
  private final List<Viewer> viewers = new ArrayList<>();

  /** Counts connections and round trips by this. */
  public Journal(Traffic traffic) {
    this.traffic = traffic;
  }

  /** An environment with its states and the invocations that it has now. */
  private static final class Lane {

    private Environment environment;
    private final Deque<ObjectNode> states = new ArrayDeque<>();
    private EnvironmentState state = EnvironmentState.INIT;
    private final Map<String, OptionalLong> running = new HashMap<>();
    private boolean shared;

    Lane(Environment environment) {
      this.environment = environment;
    }
  }

  private static String key(Environment environment) {
    return environment.function() + "#" + environment.number();
  }

  @Override
  public synchronized void changed(Environment environment, EnvironmentState state, Instant at) {
    Lane lane = lanes.computeIfAbsent(key(environment), key -> new Lane(environment));
    lane.environment = environment;
    lane.state = state;
    if (state == EnvironmentState.RUNNING) {
      lane.running.replaceAll((id, before) -> traffic.roundTrips(environment.pid()));
    }
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
    forget();
    publish("state", message);
  }

  /** The environments that ended first. */
  private void forget() {
    List<String> lost =
        lanes.entrySet().stream()
            .filter(lane -> lane.getValue().state == EnvironmentState.LOST)
            .map(Map.Entry::getKey)
            .toList();
    lanes.keySet().removeAll(lost.subList(0, Math.max(0, lost.size() - MAX_LOST)));
  }

  @Override
  public synchronized void began(String requestId, Environment environment, Instant at) {
    Lane lane = lanes.computeIfAbsent(key(environment), key -> new Lane(environment));
    lane.running.put(requestId, traffic.roundTrips(environment.pid()));
    lane.shared = lane.running.size() > 1;
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
  public synchronized void ended(InvocationReport report) {
    ObjectNode invocation =
        invocation(report.requestId())
            .put("lane", key(report.environment()))
            .put("began", report.began().toEpochMilli())
            .put("millis", report.millis())
            .put("initMillis", report.initMillis())
            .put("outcome", report.outcome().name())
            .put("log", new String(report.logTail(), StandardCharsets.UTF_8));
    Lane lane = lanes.get(key(report.environment()));
    if (lane != null) {
      roundTrips(lane, report, invocation);
    }
    publish("invocation", invocation);
  }

  /** Counted by process, so not known of one among several at once. */
  private void roundTrips(Lane lane, InvocationReport report, ObjectNode invocation) {
    OptionalLong before = lane.running.getOrDefault(report.requestId(), OptionalLong.empty());
    OptionalLong now = traffic.roundTrips(report.environment().pid());
    if (!lane.shared && before.isPresent() && now.isPresent()) {
      invocation.put("roundTrips", now.getAsLong() - before.getAsLong());
    }
    lane.running.remove(report.requestId());
    lane.shared &= !lane.running.isEmpty();
  }

  @Override
  public synchronized void answered(String requestId, String request, String result) {
    publish("invocation", invocation(requestId).put("request", request).put("result", result));
  }

  private void publish(String type, ObjectNode message) {
    viewers.removeIf(viewer -> !viewer.offer(type, message.toString()));
  }

  /** Gives all there is to the viewer, and from now on what is new, until it takes no more. */
  synchronized void watch(Viewer viewer) {
    lanes.values().stream()
        .flatMap(lane -> lane.states.stream())
        .forEach(state -> viewer.offer("state", state.toString()));
    invocations.values().forEach(invocation -> viewer.offer("invocation", invocation.toString()));
    viewers.add(viewer);
  }

  synchronized void leave(Viewer viewer) {
    viewers.remove(viewer);
  }

  /** Connections that each environment holds now, where this machine tells. */
  String connections() {
    Map<String, Environment> living = new LinkedHashMap<>();
    synchronized (this) {
      lanes.forEach(
          (key, lane) -> {
            if (lane.state != EnvironmentState.LOST) {
              living.put(key, lane.environment);
            }
          });
    }
    ObjectNode counts = JSON.createObjectNode();
    living.forEach(
        (key, environment) ->
            traffic.connections(environment.pid()).ifPresent(count -> counts.put(key, count)));
    return counts.toString();
  }
}
