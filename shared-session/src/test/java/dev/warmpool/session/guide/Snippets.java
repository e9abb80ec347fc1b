package dev.warmpool.session.guide;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The blocks of code of a page. */
final class Snippets {

  private Snippets() {}

  /** The blocks in this language, in order. */
  static List<String> of(Path page, String language) throws IOException {
    return Pattern.compile("^ *```" + language + "\n(.*?)```", Pattern.DOTALL | Pattern.MULTILINE)
        .matcher(Files.readString(page))
        .results()
        .map(block -> block.group(1))
        .toList();
  }
}
