package dev.warmpool.local.console;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmpool.local.gateway.Schedules;
import dev.warmpool.local.template.Template;

/**
 * The document {@code /_local/about}: the functions, event files, schedules and queues for which
 * the console has a button. Immutable; event files are listed anew for each document.
 */
record ConsoleIndex(Template template, EventFiles events, Schedules schedules) {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  String json() {
    ObjectNode index = JSON.createObjectNode();
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
                    .put("label", file.label()));
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
                    .put("name", schedules.name(schedule))
                    .put("function", schedule.function())
                    .put("expression", schedule.expression()));
  }
}
