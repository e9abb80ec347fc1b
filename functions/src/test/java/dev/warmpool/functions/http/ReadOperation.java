package dev.warmpool.functions.http;

import dev.warmpool.functions.FakeContext;
import dev.warmpool.functions.event.Json;
import reactor.core.publisher.Mono;

/** Validates a request without a body; {@link ContractTest} runs it in a process of its own. */
public final class ReadOperation {

  private ReadOperation() {}

  public static void main(String[] arguments) throws Exception {
    String event = "{\"routeKey\":\"GET /users/{id}\",\"pathParameters\":{\"id\":\"1\"}}";
    HttpRequest request = HttpRequest.of(Json.read(event), new FakeContext(1_000));
    Operation operation = Contract.of("/openapi.json").operation(request.routeKey());
    HttpResponse response =
        Mono.just(operation.withDefaults(request))
            .filter(checked -> operation.faults(checked).isEmpty())
            .map(checked -> HttpResponse.empty(204))
            .block();
    System.out.println("checked: " + response);
  }
}
