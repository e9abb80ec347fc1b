package dev.warmpool.functions.users;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmpool.functions.event.Json;
import dev.warmpool.functions.http.HttpRequest;
import dev.warmpool.functions.http.HttpResponse;
import dev.warmpool.functions.http.Problem;
import dev.warmpool.functions.http.ProblemException;
import dev.warmpool.functions.http.Route;
import dev.warmpool.session.Session;
import io.r2dbc.spi.R2dbcException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The routes about users. */
public final class UserRoutes {

  private UserRoutes() {}

  /** All of them, by route key. */
  public static Map<String, Route> all() {
    return Map.of(
        "GET /users", Route.reading(UserRoutes::list),
        "POST /users", Route.writing(UserRoutes::create),
        "GET /users/{id}", Route.reading(UserRoutes::read),
        "PATCH /users/{id}", Route.writing(UserRoutes::change),
        "DELETE /users/{id}", Route.writing(UserRoutes::delete),
        "POST /users/clear", Route.writing(UserRoutes::clear));
  }

  private static Mono<HttpResponse> list(HttpRequest request, Session session) {
    Page page = Page.of(request);
    return UserQueries.page(session, page.after(), page.limit() + 1)
        .collectList()
        .map(users -> HttpResponse.json(200, json(users, page.limit())));
  }

  private static ObjectNode json(List<User> users, int limit) {
    ObjectNode json = Json.object();
    ArrayNode items = json.putArray("items");
    users.stream().limit(limit).forEach(user -> items.add(user.json()));
    return json.put("next", users.size() > limit ? Page.cursor(users.get(limit - 1).id()) : null);
  }

  private static Mono<HttpResponse> create(HttpRequest request, Session session) {
    UserInput.Change user = UserInput.created(request.json());
    return UserQueries.insert(session, String.valueOf(user.email()), String.valueOf(user.name()))
        .map(
            created ->
                HttpResponse.json(201, created.json())
                    .with("location", "/users/" + created.id())
                    .with("etag", created.etag()))
        .onErrorMap(R2dbcException.class, error -> taken(error, user.email()));
  }

  private static Mono<HttpResponse> read(HttpRequest request, Session session) {
    return UserQueries.find(session, id(request))
        .map(user -> HttpResponse.json(200, user.json()).with("etag", user.etag()));
  }

  private static Mono<HttpResponse> change(HttpRequest request, Session session) {
    long id = id(request);
    UserInput.Change change = UserInput.changed(request.json());
    Long version = IfMatch.version(request);
    return UserQueries.update(session, id, change, version)
        .map(user -> HttpResponse.json(200, user.json()).with("etag", user.etag()))
        .onErrorMap(R2dbcException.class, error -> taken(error, change.email()))
        .switchIfEmpty(version == null ? Mono.empty() : mismatch(session, id));
  }

  /** Nothing was changed: there is another version, or no such user, which is an empty answer. */
  private static Mono<HttpResponse> mismatch(Session session, long id) {
    return UserQueries.find(session, id)
        .flatMap(
            user ->
                Mono.error(
                    new ProblemException(
                        Problem.of(
                            412,
                            "The user is at version "
                                + user.etag()
                                + ", not at the one in If-Match: read it again."))));
  }

  private static Mono<HttpResponse> delete(HttpRequest request, Session session) {
    return UserQueries.markDeleted(session, id(request))
        .filter(changed -> changed > 0)
        .map(changed -> HttpResponse.empty(204));
  }

  private static Mono<HttpResponse> clear(HttpRequest request, Session session) {
    return UserQueries.clear(session, UserInput.ids(request.json()))
        .map(cleared -> HttpResponse.json(200, Json.object().put("cleared", cleared)));
  }

  private static long id(HttpRequest request) {
    String text = request.path().getOrDefault("id", "");
    try {
      long id = Long.parseLong(text);
      if (id > 0) {
        return id;
      }
    } catch (NumberFormatException e) {
      // reported below, with the rule
    }
    throw new ProblemException(
        Problem.invalid(
            List.of(
                new Problem.Fault("id", "must be a whole number from 1 to " + Long.MAX_VALUE))));
  }

  private static Throwable taken(R2dbcException error, @Nullable String email) {
    return "23505".equals(error.getSqlState())
        ? new ProblemException(
            Problem.of(409, "The e-mail address '" + email + "' belongs to another user."))
        : error;
  }
}
