package dev.warmpool.session;

import reactor.core.publisher.Mono;

/** Supplies the password for the next connection. Implementations are thread-safe. */
public interface PasswordSource {

  /**
   * The password to use now. Resolved at subscription, before a socket is opened; may come from a
   * cache. An error fails the attempt to connect.
   */
  Mono<String> password();

  /**
   * Drops a cached password, because the server refused it or a snapshot is about to be taken. Must
   * not block.
   *
   * @return whether the next {@link #password()} may give another password, so that connecting once
   *     more makes sense
   */
  boolean forget();

  /** A source that always gives this password. */
  static PasswordSource fixed(String password) {
    return new PasswordSource() {
      @Override
      public Mono<String> password() {
        return Mono.just(password);
      }

      @Override
      public boolean forget() {
        return false;
      }
    };
  }
}
