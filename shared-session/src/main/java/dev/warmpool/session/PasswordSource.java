package dev.warmpool.session;

import java.util.Objects;
import reactor.core.publisher.Mono;

/** Supplies the credentials for the next connection. Implementations are thread-safe. */
public interface PasswordSource {

  /**
   * The credentials to use now; role and password belong together. Resolved at subscription, before
   * a socket is opened; may come from a cache. An error fails the attempt to connect.
   */
  Mono<Credentials> credentials();

  /**
   * Drops cached credentials that the server refused. Does nothing if others have been cached
   * meanwhile, so that many connections refused at once cause one fetch. Must not block.
   *
   * @param refused the object that {@link #credentials()} emitted
   * @return whether the next {@link #credentials()} may emit others, so that connecting once more
   *     makes sense
   */
  boolean forget(Credentials refused);

  /**
   * Drops all cached credentials, because a snapshot is about to be taken or was restored. The
   * result of a fetch that is under way must not be cached. Must not block.
   */
  void forgetAll();

  /** A source that always gives this password, for the role that the settings name. */
  static PasswordSource fixed(String password) {
    Objects.requireNonNull(password, "the password is null");
    Credentials fixed = new Credentials(null, password);
    return new PasswordSource() {
      @Override
      public Mono<Credentials> credentials() {
        return Mono.just(fixed);
      }

      @Override
      public boolean forget(Credentials refused) {
        return false;
      }

      @Override
      public void forgetAll() {
        // nothing is cached
      }
    };
  }
}
