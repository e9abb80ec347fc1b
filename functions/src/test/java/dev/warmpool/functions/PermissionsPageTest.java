package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tables of docs/permissions.md are those of the template. */
class PermissionsPageTest {

  private static List<String> page() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("../docs/permissions.md"))) {
      return lines.filter(line -> line.startsWith("| `")).toList();
    }
  }

  private static List<String> differences(List<String> page, StackTemplate stack) {
    List<String> template = Permissions.rows(stack);
    List<String> differences = new ArrayList<>();
    template.stream()
        .filter(row -> !page.contains(row))
        .forEach(row -> differences.add("docs/permissions.md lacks " + row));
    page.stream()
        .filter(row -> !template.contains(row))
        .forEach(row -> differences.add("template.yaml does not allow " + row));
    return differences;
  }

  @Test
  void listsWhatTheTemplateAllows() throws IOException {
    assertThat(differences(page(), StackTemplate.read())).isEmpty();
    assertThat(page()).isEqualTo(Permissions.rows(StackTemplate.read()));
  }

  @Test
  void anotherActionOrResourceIsReported() throws IOException {
    StackTemplate wider = StackTemplate.read().with("sqs:SendMessage", "sqs:PurgeQueue");
    assertThat(differences(page(), wider))
        .containsExactlyInAnyOrder(
            "docs/permissions.md lacks | `Cleanup` | `sqs:PurgeQueue` | `CleanupQueue.Arn` |",
            "template.yaml does not allow | `Cleanup` | `sqs:SendMessage` | `CleanupQueue.Arn` |");
    StackTemplate all = StackTemplate.read().with("}/${PostgresUser}", "}/*");
    assertThat(differences(page(), all))
        .contains(
            "docs/permissions.md lacks | `ConnectPolicy` | `rds-db:connect` | `dbuser:${Database}/*` |");
    StackTemplate named =
        StackTemplate.read()
            .with("- !Ref ConnectPolicy", "- S3FullAccessPolicy: {BucketName: all}");
    assertThat(differences(page(), named))
        .contains("docs/permissions.md lacks | `HttpFunction` | SAM's `[S3FullAccessPolicy]` | |");
    StackTemplate others =
        StackTemplate.read().with("Resource: !GetAtt CleanupQueue.Arn", "NotResource: none");
    assertThat(differences(page(), others))
        .contains("docs/permissions.md lacks | `Cleanup` | `sqs:SendMessage` | `Cleanup` |");
    StackTemplate trusting =
        StackTemplate.read().with("Principal: {Service: rds.amazonaws.com}", "Principal: {AWS: x}");
    assertThat(differences(page(), trusting))
        .contains("docs/permissions.md lacks | `ProxyRole`: x | `sts:AssumeRole` | `ProxyRole` |");
  }
}
