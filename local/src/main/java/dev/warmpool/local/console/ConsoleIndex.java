package dev.warmpool.local.console;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmpool.local.template.Template;

/**
 * The document {@code /_local/about}: the routes, and the functions, event files, schedules and
 * queues for which the console has a button. Immutable; event files are listed anew for each
 * document.
 */
record ConsoleIndex(Template template, EventFiles events, Console.Fired fired) {

  /** The route of the document that the page at {@code /docs} shows. */
  private static final String CONTRACT = "GET /openapi.json";

  private static final JsonMapper JSON = JsonMapper.builder().build();

  String json() {
    ObjectNode index = JSON.createObjectNode().put("invoke", fired.invoke());
    index.put("contract", template.routes().stream().anyMatch(r -> r.key().equals(CONTRACT)));
    template.routes().forEach(route -> index.withArray("routes").add(route.key()));
    template.unapplied().forEach(text -> index.withArray("unapplied").add(text));
    functions(index);
    events(index);
    schedules(index);
    queues(index);
    return index.toString();
  }

  private void functions(ObjectNode index) {
    template
        .functions()
        .forEach(
            function ->
                index
                    .withArray("functions")
                    .addObject()
                    .put("name", function.name())
                    .put("handler", function.handler()));
  }

  private void events(ObjectNode index) {
    events
        .all()
        .forEach(
            file ->
                index
                    .withArray("events")
                    .addObject()
                    .put("name", file.name())
                    .put("function", file.function())
                    .put("label", file.label())
                    .put("note", events.note(file)));
  }

  private void queues(ObjectNode index) {
    template
        .queues()
        .forEach(queue -> index.withArray("queues").addObject().put("name", queue.id()));
  }

  private void schedules(ObjectNode index) {
    template
        .schedules()
        .forEach(
            schedule ->
                index
                    .withArray("schedules")
                    .addObject()
                    .put("name", fired.schedules().name(schedule))
                    .put("function", schedule.function())
                    .put("expression", schedule.expression()));
  }
}
