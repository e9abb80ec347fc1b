package dev.warmpool.functions.http;

import dev.warmpool.session.Session;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * Refuses requests that violate the contract, with every fault in one response, and adds the
 * contract's defaults to the others. Thread-safe.
 */
final class Validation implements Middleware {

  private final Contract contract;

  Validation(Contract contract) {
    this.contract = contract;
  }

  @Override
  public Mono<HttpResponse> handle(HttpRequest request, Session session, Route.Action next) {
    Operation operation = contract.operation(request.routeKey());
    List<Problem.Fault> faults = new ArrayList<>(operation.faults(request));
    if (!operation.bodies().isEmpty()) {
      faults.addAll(contract.faults(operation.body(request), request.body().json()));
    }
    return faults.isEmpty()
        ? next.handle(operation.withDefaults(request), session)
        : Mono.error(new ProblemException(Problem.invalid(faults)));
  }
}
