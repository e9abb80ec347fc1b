package dev.warmpool.functions;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.warmpool.functions.event.Json;
import dev.warmpool.functions.http.Contract;
import dev.warmpool.functions.http.HttpEntry;
import dev.warmpool.functions.http.HttpRequest;
import dev.warmpool.functions.http.HttpResponse;
import dev.warmpool.functions.http.Route;
import dev.warmpool.functions.http.Tenants;
import dev.warmpool.functions.testkit.ContractAnswers;
import dev.warmpool.session.Session;
import dev.warmpool.session.SessionManager;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A route that runs the SQL of its body, as a function's author might by mistake. */
final class StrayRoute {

  private static final String CONTRACT = "/sql-openapi.json";

  private StrayRoute() {}

  /** Starts an API with this route alone. */
  static Api with(Map<String, String> variables) {
    return Api.of(StrayRoute::handler, ContractAnswers.read(CONTRACT), variables);
  }

  private static RequestStreamHandler handler(
      Supplier<SessionManager> sessions, Map<String, String> environment) {
    Map<String, Route> routes = Map.of("POST /sql", Route.writing(StrayRoute::run));
    return new HttpEntry(
            routes, Contract.of(CONTRACT), Tenants.from(environment, sessions), sessions)
        ::handle;
  }

  /** A request with statements, separated by semicolons, of which the last returns rows. */
  static Event event(String sql) {
    return Event.of("POST /sql")
        .body(new String(Json.bytes(Json.object().put("sql", sql)), StandardCharsets.UTF_8));
  }

  private static Mono<HttpResponse> run(HttpRequest request, Session session) {
    String[] statements = request.body().json().path("sql").asText().split(";");
    return Flux.range(0, statements.length - 1)
        .concatMap(i -> session.execute(statements[i]))
        .thenMany(
            session.query(
                statements[statements.length - 1], row -> String.valueOf(row.get(0, String.class))))
        .collectList()
        .map(
            names -> {
              ArrayNode array = Json.array();
              names.forEach(array::add);
              return HttpResponse.json(200, array);
            });
  }
}
