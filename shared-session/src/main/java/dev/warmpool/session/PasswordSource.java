package dev.warmpool.session;

import reactor.core.publisher.Mono;

/** Gives the password for the next connection. Thread-safe. */
public interface PasswordSource {

  /**
   * The password to use now, resolved at subscription and before a socket is opened. May come from
   * a cache; an error fails the attempt to connect.
   */
  Mono<String> password();

  /**
   * Forgets what is cached, because the server refused it or a snapshot is to be taken.
   *
   * @return whether another may be had, so that asking once more makes sense
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
