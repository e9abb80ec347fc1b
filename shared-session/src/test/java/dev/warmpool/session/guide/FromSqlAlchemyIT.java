package dev.warmpool.session.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmpool.session.RecordMapper;
import dev.warmpool.session.Schema;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.blocking.BlockingSession;
import dev.warmpool.session.blocking.BlockingSessions;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The snippets of docs/from-sqlalchemy.md. */
class FromSqlAlchemyIT {

  private static final RecordMapper<User> USER = RecordMapper.of(User.class);

  private final SessionOptions options = SessionOptions.standard();
  private Shop shop;
  private BlockingSessions sessions;

  private record User(long id, String name) {}

  @BeforeEach
  void open() throws IOException {
    shop = new Shop();
    sessions = shop.manager().blocking();
    Shop.SERVER.execute(
        "CREATE TABLE shop.users (id bigserial, name text);"
            + "INSERT INTO shop.users (name) VALUES ('Ada'), ('Alan'), ('Grace')");
  }

  @AfterEach
  void close() {
    shop.close();
  }

  static Optional<User> find(BlockingSession session, long id) {
    return session.query("SELECT id, name FROM users WHERE id = $1", USER, id).optional();
  }

  @Test
  void findsAUser() {
    String tenant = "shop";
    long id = 2;

    User user =
        sessions
            .inSession(options.in(new Schema(tenant)).readOnly(), session -> find(session, id))
            .orElseThrow();

    assertThat(user.name()).isEqualTo("Alan");
  }

  private void add(String name) {
    sessions.useSession(
        options,
        session -> {
          session.execute("INSERT INTO users (name) VALUES ($1)", name);
          if (isTaken(name)) {
            throw new IllegalArgumentException(name + " is taken"); // rolls back
          }
        });
  }

  private static boolean isTaken(String name) {
    return name.equals("Ada");
  }

  @Test
  void rollsBackOnAnError() {
    add("Edsger");
    assertThatThrownBy(() -> add("Ada")).hasMessage("Ada is taken");

    assertThat(Shop.column("SELECT name FROM shop.users ORDER BY id"))
        .containsExactly("Ada", "Alan", "Grace", "Edsger");
  }

  @Test
  void clearsUsers() {
    List<Long> ids = List.of(1L, 3L, 9L);

    Long cleared =
        sessions.inSession(
            options,
            session ->
                session.execute(
                    "DELETE FROM users WHERE id = ANY($1)", (Object) ids.toArray(Long[]::new)));

    assertThat(cleared).isEqualTo(2);
  }
}
