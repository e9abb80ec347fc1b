package dev.warmpool.functions.http;

import dev.warmpool.session.Session;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Mono;

/** Lets only requests through that keep the contract, with its defaults filled in. */
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
        ? next.handle(operation.completed(request), session)
        : Mono.error(new ProblemException(Problem.invalid(faults)));
  }
}
