package dev.warmpool.functions.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * A deployment migrates if the hash in template.yaml has changed: it must be that of the scripts.
 */
class ScriptsHashTest {

  private static final Pattern LINE = Pattern.compile("(?m)^      ScriptsHash: (\\w+)$");

  private static String fault(String template, Scripts scripts) {
    Matcher line = LINE.matcher(template);
    if (!line.find()) {
      return "template.yaml has no line that matches " + LINE;
    }
    String right = line.group().replace(line.group(1), scripts.hash());
    return line.group().equals(right)
        ? ""
        : "template.yaml, line "
            + (template.substring(0, line.start()).lines().count() + 1)
            + ": db/migration has other scripts, replace the line by\n"
            + right;
  }

  private static String template() throws IOException {
    return Files.readString(Path.of("../template.yaml"));
  }

  @Test
  void templateHasTheHashOfTheScripts() throws IOException {
    assertThat(fault(template(), Scripts.read())).isEmpty();
  }

  @Test
  void anotherScriptIsReportedWithTheLineToChange() throws IOException {
    Scripts scripts = new Scripts(Scripts.read().all().subList(0, 1));
    int line = template().lines().toList().indexOf("      ScriptsHash: " + Scripts.read().hash());
    assertThat(fault(template(), scripts))
        .isEqualTo(
            "template.yaml, line %d: db/migration has other scripts, replace the line by\n"
                    .formatted(line + 1)
                + "      ScriptsHash: "
                + scripts.hash());
  }
}
