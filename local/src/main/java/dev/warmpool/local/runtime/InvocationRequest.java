package dev.warmpool.local.runtime;

import java.util.Optional;
import java.util.UUID;

/**
 * What a caller sends to a function. Immutable.
 *
 * @param id request id
 * @param payload the event
 * @param clientContext the caller's client context, as JSON; empty without one
 * @param tenant id of the tenant whose environments are used; empty without one
 */
public record InvocationRequest(
    String id, byte[] payload, Optional<String> clientContext, Optional<String> tenant) {

  /** A request with a new id and an event alone. */
  public static InvocationRequest of(byte[] payload) {
    return named(UUID.randomUUID().toString(), payload);
  }

  /** A request with this id and an event alone. */
  static InvocationRequest named(String id, byte[] payload) {
    return new InvocationRequest(id, payload, Optional.empty(), Optional.empty());
  }
}
