package dev.warmpool.functions.http;

import dev.warmpool.functions.FakeContext;
import dev.warmpool.functions.event.Json;
import reactor.core.publisher.Mono;

/** Checks a request without a body, in a process of its own. */
public final class ReadOperation {

  private ReadOperation() {}

  public static void main(String[] arguments) throws Exception {
    String event = "{\"routeKey\":\"GET /users/{id}\",\"pathParameters\":{\"id\":\"1\"}}";
    HttpRequest request = HttpRequest.of(Json.read(event), new FakeContext(1_000));
    Operation operation = Contract.of("/openapi.json").operation(request.routeKey());
    HttpResponse answer =
        Mono.just(operation.completed(request))
            .filter(completed -> operation.faults(completed).isEmpty())
            .map(completed -> HttpResponse.empty(204))
            .block();
    System.out.println("checked: " + answer);
  }
}
