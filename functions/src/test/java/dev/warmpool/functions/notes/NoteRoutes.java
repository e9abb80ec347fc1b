package dev.warmpool.functions.notes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmpool.functions.event.Json;
import dev.warmpool.functions.http.HttpRequest;
import dev.warmpool.functions.http.HttpResponse;
import dev.warmpool.functions.http.Route;
import dev.warmpool.session.Session;
import io.r2dbc.spi.Row;
import java.util.Map;
import reactor.core.publisher.Mono;

/** The routes under {@code /notes}. Stateless. */
public final class NoteRoutes {

  private NoteRoutes() {}

  /** Returns the routes by route key. */
  public static Map<String, Route> all() {
    return Map.of(
        "POST /notes", Route.writing(NoteRoutes::create),
        "GET /notes/{id}", Route.reading(NoteRoutes::read));
  }

  private static Mono<HttpResponse> create(HttpRequest request, Session session) {
    String text = request.body().json().path("text").textValue();
    return session
        .query("INSERT INTO notes (text) VALUES ($1) RETURNING id, text", NoteRoutes::json, text)
        .single()
        .map(note -> HttpResponse.json(201, note));
  }

  private static Mono<HttpResponse> read(HttpRequest request, Session session) {
    long id = Long.parseLong(request.path().get("id"));
    return session
        .query("SELECT id, text FROM notes WHERE id = $1", NoteRoutes::json, id)
        .singleOrEmpty()
        .map(note -> HttpResponse.json(200, note));
  }

  private static ObjectNode json(Row row) {
    return Json.object()
        .put("id", row.get("id", Long.class))
        .put("text", row.get("text", String.class));
  }
}
