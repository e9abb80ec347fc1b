package dev.warmpool.functions.fanout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmpool.functions.event.Json;
import dev.warmpool.functions.fanout.MessageQueue.Message;
import dev.warmpool.session.Deadline;
import dev.warmpool.session.SessionManager;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;

/**
 * Records a run and sends its tenants to the workers' queue. A run whose function is killed before
 * its end has no {@code sent_at}; its tenants are pending. Thread-safe.
 */
public final class FanOut {

  private final MessageQueue queue;
  private final SessionManager sessions;
  private final Deadline deadline;

  /** Creates the fan-out of one invocation; starts nothing. */
  public FanOut(MessageQueue queue, SessionManager sessions, Deadline deadline) {
    this.queue = queue;
    this.sessions = sessions;
    this.deadline = deadline;
  }

  /**
   * Records the run, then sends its messages, when subscribed to. What could not be sent is
   * recorded as failed.
   *
   * @return the report: the run's id, how many tenants were sent, how many failed and why
   */
  public Mono<JsonNode> send(Run run, List<String> tenants) {
    Runs runs = new Runs(sessions, deadline);
    Map<Message, List<String>> messages = new LinkedHashMap<>();
    for (RunMessage part : RunMessage.divide(run.id(), tenants)) {
      messages.put(part.message(Map.of("job", run.job())), part.tenants());
    }
    return runs.record(run, tenants)
        .then(
            Mono.defer(
                () ->
                    new Sender(queue, KeptBack.of(deadline)).send(List.copyOf(messages.keySet()))))
        .map(unsent -> byTenants(messages, unsent))
        .flatMap(
            unsent -> runs.sent(run.id(), unsent).thenReturn(report(run, tenants.size(), unsent)));
  }

  private static Map<List<String>, String> byTenants(
      Map<Message, List<String>> messages, Map<Message, String> unsent) {
    Map<List<String>, String> tenants = new LinkedHashMap<>();
    unsent.forEach((message, reason) -> tenants.put(messages.get(message), reason));
    return tenants;
  }

  private static JsonNode report(Run run, int tenants, Map<List<String>, String> unsent) {
    int failed = unsent.keySet().stream().mapToInt(List::size).sum();
    ObjectNode report =
        Json.object()
            .put("job", run.job())
            .put("run", run.id().toString())
            .put("tenants", tenants)
            .put("sent", tenants - failed)
            .put("done", 0)
            .put("failed", failed)
            .put("busy", 0)
            .put("deleted", 0)
            .put("batches", 0)
            .put("complete", false);
    unsent.values().stream()
        .findFirst()
        .ifPresent(reason -> report.put("error", "tenants could not be sent: " + reason));
    return report;
  }
}
