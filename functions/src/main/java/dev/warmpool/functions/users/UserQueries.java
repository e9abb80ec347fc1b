package dev.warmpool.functions.users;

import dev.warmpool.session.Session;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The SQL for users. Each query is one statement, because every statement costs a round trip; it
 * runs when it is subscribed to, in the session that it is given. Stateless.
 */
final class UserQueries {

  /**
   * Says nothing of the id: to estimate a range at the low end, the planner looks for the lowest id
   * itself, past all that a purge has deleted and VACUUM has not removed yet.
   */
  static final String FIRST_PAGE =
      "SELECT " + User.COLUMNS + " FROM users WHERE deleted_at IS NULL ORDER BY id LIMIT $1";

  static final String PAGE =
      "SELECT "
          + User.COLUMNS
          + " FROM users WHERE id > $1 AND deleted_at IS NULL ORDER BY id LIMIT $2";

  private static final String FIND =
      "SELECT " + User.COLUMNS + " FROM users WHERE id = $1 AND deleted_at IS NULL";

  private static final String INSERT =
      "INSERT INTO users (email, name) VALUES ($1, $2) RETURNING " + User.COLUMNS;

  private static final String UPDATE =
      "UPDATE users SET email = coalesce($2, email), name = coalesce($3, name),"
          + " updated_at = now(), version = version + 1"
          + " WHERE id = $1 AND deleted_at IS NULL AND ($4::bigint[] IS NULL OR version = ANY($4))"
          + " RETURNING "
          + User.COLUMNS;

  private static final String MARK_DELETED =
      "UPDATE users SET deleted_at = now(), updated_at = now(), version = version + 1"
          + " WHERE id = $1 AND deleted_at IS NULL AND ($2::bigint[] IS NULL OR version = ANY($2))";

  /** Also erases the stored responses to requests that created these users. */
  private static final String CLEAR =
      "WITH erased AS (UPDATE idempotency_keys SET answer = '', fingerprint = ''"
          + " WHERE location = ANY(ARRAY(SELECT '/users/' || id FROM unnest($1::bigint[]) id)))"
          + " DELETE FROM users WHERE id = ANY($1)";

  private UserQueries() {}

  /** Returns up to {@code limit} users with an id above {@code after}, 0 for all, in id order. */
  static Flux<User> page(Session session, long after, int limit) {
    return after == 0
        ? session.query(FIRST_PAGE, User::of, limit)
        : session.query(PAGE, User::of, after, limit);
  }

  /** Returns the user; empty if there is none with this id. */
  static Mono<User> find(Session session, long id) {
    return session.query(FIND, User::of, id).singleOrEmpty();
  }

  /** Inserts a user and returns it; fails with SQLSTATE 23505 if the e-mail address is taken. */
  static Mono<User> insert(Session session, String email, String name) {
    return session.query(INSERT, User::of, email, name).single();
  }

  /**
   * Changes a user and returns it; empty if there is no user with this id at one of these versions.
   *
   * @param versions null for any version
   */
  static Mono<User> update(
      Session session, long id, UserInput.Change change, Long @Nullable [] versions) {
    return session
        .query(UPDATE, User::of, id, change.email(), change.name(), versions)
        .singleOrEmpty();
  }

  /**
   * Marks a user as deleted and returns the number of rows changed: 0 or 1.
   *
   * @param versions null for any version
   */
  static Mono<Long> markDeleted(Session session, long id, Long @Nullable [] versions) {
    return session.execute(MARK_DELETED, id, versions);
  }

  /** Deletes the rows permanently and returns how many there were. */
  static Mono<Long> clear(Session session, List<Long> ids) {
    return session.execute(CLEAR, (Object) ids.toArray(Long[]::new));
  }

  /** The same as a unit of work of its own, which takes one round trip. */
  static Mono<Long> clearAlone(SessionManager sessions, SessionOptions options, List<Long> ids) {
    return sessions.execute(options, CLEAR, (Object) ids.toArray(Long[]::new));
  }
}
