package dev.warmpool.local.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The event files of a folder, named {@code FUNCTION-case.json}. Files are read at each use, so
 * they may be edited while the runner runs. Immutable.
 *
 * @param folder the folder, which may be missing
 * @param functions logical ids of the template's functions
 */
public record EventFiles(Path folder, Set<String> functions) {

  private static final String EXTENSION = ".json";
  private static final int MAX_NOTE = 40;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /**
   * An event file.
   *
   * @param name file name
   * @param function logical id of the function that gets the event
   * @param label the case, which is the rest of the file name
   */
  public record EventFile(String name, String function, String label) {

    /** The label as words. */
    String words() {
      String words = label.replace('-', ' ');
      return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }
  }

  /** All event files of the template's functions, by name. */
  public List<EventFile> all() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("[^-]+-.+\\.json"))
          .sorted()
          .map(EventFiles::parsed)
          .filter(file -> functions.contains(file.function()))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static EventFile parsed(String name) {
    String[] parts = name.substring(0, name.length() - EXTENSION.length()).split("-", 2);
    return new EventFile(name, parts[0], parts[1]);
  }

  Optional<EventFile> find(String name) {
    return all().stream().filter(file -> file.name().equals(name)).findFirst();
  }

  /** What a file has, in a few words. */
  String note(EventFile file) {
    try {
      String text = note(JSON.readTree(read(file)));
      return text.length() <= MAX_NOTE ? text : text.substring(0, MAX_NOTE) + "…";
    } catch (IOException e) {
      return "no JSON";
    }
  }

  /** Method and path of a request, the number of messages, the kind of event, or else the JSON. */
  private static String note(JsonNode event) {
    String method =
        event.at("/requestContext/http/method").asText(event.path("httpMethod").asText(""));
    if (!method.isEmpty()) {
      return method + " " + event.path("rawPath").asText(event.path("path").asText(""));
    }
    int messages = event.path("Records").size();
    return messages > 0
        ? messages + (messages == 1 ? " message" : " messages")
        : event.path("detail-type").asText(event.toString());
  }

  byte[] read(EventFile file) throws IOException {
    return Files.readAllBytes(folder.resolve(file.name()));
  }
}
