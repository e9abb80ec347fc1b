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
import reactor.core.publisher.Mono;

/** The routes under {@code /users}. Stateless. */
public final class UserRoutes {

  private UserRoutes() {}

  /** Returns the routes by route key. */
  public static Map<String, Route> all() {
    return Map.of(
        "GET /users", Route.reading(UserRoutes::list).refusing(Page::of),
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
    UserInput.Change user = UserInput.Change.of(request.body().json());
    return UserQueries.insert(session, String.valueOf(user.email()), String.valueOf(user.name()))
        .map(created -> response(201, created).with("location", "/users/" + created.id()))
        .onErrorMap(R2dbcException.class, UserRoutes::conflict);
  }

  private static Mono<HttpResponse> read(HttpRequest request, Session session) {
    return UserQueries.find(session, id(request)).map(user -> response(200, user));
  }

  private static Mono<HttpResponse> change(HttpRequest request, Session session) {
    long id = id(request);
    UserInput.Change change = UserInput.Change.of(request.body().json());
    Long[] versions = IfMatch.versions(request);
    return UserQueries.update(session, id, change, versions)
        .map(user -> response(200, user))
        .onErrorMap(R2dbcException.class, UserRoutes::conflict)
        .switchIfEmpty(versions == null ? Mono.empty() : explainNoChange(session, id));
  }

  private static HttpResponse response(int status, User user) {
    return HttpResponse.json(status, user.json()).with("etag", user.etag());
  }

  private static Mono<HttpResponse> delete(HttpRequest request, Session session) {
    long id = id(request);
    Long[] versions = IfMatch.versions(request);
    return UserQueries.markDeleted(session, id, versions)
        .filter(changed -> changed > 0)
        .map(changed -> HttpResponse.empty(204))
        .switchIfEmpty(versions == null ? Mono.empty() : explainNoChange(session, id));
  }

  /**
   * Explains why a statement changed no row: fails with 412 if the user exists at another version;
   * empty, which becomes 404, if there is no such user.
   */
  private static Mono<HttpResponse> explainNoChange(Session session, long id) {
    return UserQueries.find(session, id)
        .flatMap(
            user ->
                Mono.error(
                    new ProblemException(
                        Problem.of(
                            412,
                            "The user is at version "
                                + user.etag()
                                + ", which If-Match does not list: read the user again."))));
  }

  private static Mono<HttpResponse> clear(HttpRequest request, Session session) {
    return UserQueries.clear(session, UserInput.ids(request.body().json()))
        .map(cleared -> HttpResponse.json(200, Json.object().put("cleared", cleared)));
  }

  private static long id(HttpRequest request) {
    return Long.parseLong(request.path().get("id"));
  }

  private static Throwable conflict(R2dbcException error) {
    return "23505".equals(error.getSqlState())
        ? new ProblemException(Problem.of(409, "The e-mail address belongs to another user."))
        : error;
  }
}
