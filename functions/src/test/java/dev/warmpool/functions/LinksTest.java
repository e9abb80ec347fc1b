package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Links between the pages lead to files and headings that exist. */
class LinksTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private static final Pattern CODE_BLOCK =
      Pattern.compile("^```.*?^```", Pattern.DOTALL | Pattern.MULTILINE);

  private static final Pattern LINK =
      Pattern.compile("\\]\\((?!https?:)([^)#\\s]*)(?:#([^)]+))?\\)");

  private static final Pattern HEADING = Pattern.compile("^#{1,6} (.+)$", Pattern.MULTILINE);

  /** A reference to a page in a template's description, in a comment or in a message. */
  private static final Pattern SECTION =
      Pattern.compile("(docs/[\\w-]+\\.md)(?:, section ([A-Z][\\w ]*\\w))?");

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    for (String folder : List.of("", "docs")) {
      try (Stream<Path> files = Files.list(ROOT.resolve(folder))) {
        files.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
      }
    }
    return pages;
  }

  private static String prose(Path page) throws IOException {
    return CODE_BLOCK.matcher(Files.readString(page)).replaceAll("");
  }

  /** GitHub's anchors: lower case, hyphens for spaces, a number after a repeated heading. */
  private static List<String> anchors(Path page) throws IOException {
    Map<String, Integer> seen = new HashMap<>();
    return HEADING
        .matcher(prose(page))
        .results()
        .map(heading -> heading.group(1).strip().toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1"))
        .map(heading -> heading.replaceAll("[^\\p{L}\\p{N}_ -]", "").replace(' ', '-'))
        .map(anchor -> numbered(anchor, seen.merge(anchor, 1, Integer::sum)))
        .toList();
  }

  private static String numbered(String anchor, int occurrence) {
    return occurrence == 1 ? anchor : anchor + "-" + (occurrence - 1);
  }

  private static List<String> deadLinks(Path page) throws IOException {
    List<String> dead = new ArrayList<>();
    for (var link : LINK.matcher(prose(page)).results().toList()) {
      Path target = page.resolveSibling(link.group(1)).normalize();
      Path file = link.group(1).isEmpty() ? page : target;
      String anchor = link.group(2);
      if (!Files.exists(file) || anchor != null && !anchors(file).contains(anchor)) {
        dead.add(ROOT.relativize(page) + ": " + link.group());
      }
    }
    return dead;
  }

  @Test
  void leadToFilesAndHeadingsThatExist() throws IOException {
    List<String> dead = new ArrayList<>();
    for (Path page : pages()) {
      dead.addAll(deadLinks(page));
    }
    assertThat(dead).isEmpty();
  }

  @Test
  void ofTheTemplateLeadToSectionsThatExist() throws IOException {
    String template = Files.readString(ROOT.resolve("template.yaml"));
    assertThat(SECTION.matcher(template).results().toList())
        .isNotEmpty()
        .allSatisfy(
            reference -> {
              Path page = ROOT.resolve(reference.group(1));
              assertThat(page).exists();
              if (reference.group(2) != null) {
                assertThat(Files.readString(page)).contains("# " + reference.group(2) + "\n");
              }
            });
  }
}
