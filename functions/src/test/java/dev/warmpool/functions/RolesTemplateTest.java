package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The stack makes the roles by the statements of {@code docs/database-roles.sql}. */
class RolesTemplateTest {

  private static List<String> template() throws IOException {
    String text = Files.readString(Path.of("../template.yaml"));
    String roles = text.substring(text.indexOf("  Roles:\n"));
    String list = roles.substring(roles.indexOf("      Statements:\n"));
    return Pattern.compile("\\G(?:      Statements:\n)?        - (.*)\n")
        .matcher(list)
        .results()
        .map(line -> statement(line.group(1)))
        .toList();
  }

  private static String statement(String yaml) {
    String quoted = yaml.replaceFirst("^!Sub ", "");
    String sql = quoted.startsWith("\"") ? quoted.substring(1, quoted.length() - 1) : quoted;
    return sql.replace("${PostgresUser}", RolesDatabase.FUNCTIONS)
            .replace("${MigrateUser}", RolesDatabase.MIGRATE)
            .replace("${PostgresDb}", "warmpool")
        + ";";
  }

  /** Each difference, with the line that one place has and the other lacks. */
  private static List<String> differences(List<String> page, List<String> template) {
    List<String> differences = new ArrayList<>();
    for (String sql : page) {
      if (!template.contains(sql)) {
        differences.add("Roles in template.yaml lacks " + sql);
      }
    }
    for (String sql : template) {
      if (!page.contains(sql)) {
        differences.add("docs/database-roles.sql lacks " + sql);
      }
    }
    return differences;
  }

  @Test
  void templateHasTheStatementsOfThePage() throws IOException {
    assertThat(differences(RolesDatabase.page(), template())).isEmpty();
    assertThat(template()).isEqualTo(RolesDatabase.page());
  }

  @Test
  void aStatementThatOnePlaceLacksIsReported() throws IOException {
    List<String> less = new ArrayList<>(template());
    String revoke = less.remove(7);
    assertThat(revoke).isEqualTo("REVOKE CREATE ON SCHEMA public FROM PUBLIC;");
    assertThat(differences(RolesDatabase.page(), less))
        .containsExactly("Roles in template.yaml lacks " + revoke);
    List<String> more = new ArrayList<>(template());
    more.add("GRANT ALL ON DATABASE warmpool TO warmpool;");
    assertThat(differences(RolesDatabase.page(), more))
        .containsExactly(
            "docs/database-roles.sql lacks GRANT ALL ON DATABASE warmpool TO warmpool;");
  }
}
