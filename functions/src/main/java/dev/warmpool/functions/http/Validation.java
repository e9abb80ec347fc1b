package dev.warmpool.functions.http;

import java.util.ArrayList;
import java.util.List;

/**
 * Refuses requests that violate the contract, before anything is done for them: no tenant is looked
 * up, no key claimed and no connection taken. The size of the body is checked before it is decoded,
 * its content type before it is parsed. Thread-safe.
 */
final class Validation {

  private final Contract contract;

  Validation(Contract contract) {
    this.contract = contract;
  }

  /**
   * Returns the request with the contract's defaults.
   *
   * @throws ProblemException 413, 415, 400, or 422 with the faults of all parts of the request
   */
  HttpRequest validated(HttpRequest request) {
    Operation operation = contract.operation(request.routeKey());
    if (request.body().isLargerThan(operation.maxBytes())) {
      throw new ProblemException(
          Problem.of(
              413,
              "The body exceeds the "
                  + operation.maxBytes()
                  + " bytes that this operation accepts."));
    }
    List<Problem.Fault> faults = new ArrayList<>(operation.faults(request));
    if (!operation.bodies().isEmpty()) {
      faults.addAll(contract.faults(operation.body(request), request.body().json()));
    }
    if (!faults.isEmpty()) {
      throw new ProblemException(Problem.invalid(faults));
    }
    return operation.withDefaults(request);
  }
}
