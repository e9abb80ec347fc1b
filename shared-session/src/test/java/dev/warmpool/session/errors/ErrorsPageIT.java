package dev.warmpool.session.errors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Provokes each cause of a failed session and compares the messages with the page. */
class ErrorsPageIT {

  private static final Path WRITTEN = Path.of("target", "errors.md");
  private static final Path PAGE = Path.of("..", "docs", "errors.md");

  private final StringBuilder tables = new StringBuilder();
  private final SoftAssertions retries = new SoftAssertions();

  @Test
  @Timeout(180)
  void pageShowsTheMessagesOfThisBuild(@TempDir Path folder) throws Exception {
    try (StrictServer server = new StrictServer(folder);
        SecretEndpoint endpoint = new SecretEndpoint()) {
      ServerCauses refusals = new ServerCauses(server);
      table("The network", NetworkCauses.all());
      table("TLS", new TlsCauses(folder).all());
      table("The password", new SecretCauses(endpoint).all());
      table("The login", refusals.login());
      table("The server and the database", refusals.database());
      table("Poolers", ServerCauses.poolers());
      table("Schemas", refusals.schemas());
      table("Roles", refusals.roles());
    }
    compare();
  }

  private void table(String title, List<Cause> causes) throws Exception {
    tables.append("\n## ").append(title).append("\n\n");
    tables.append("| cause | message | tried again | remedy |\n|---|---|---|---|\n");
    for (Cause cause : causes) {
      String message = cause.failure().message();
      retries
          .assertThat(message.startsWith(Cause.TRIED_AGAIN))
          .as(message)
          .isEqualTo(cause.again());
      retries.assertThat(message).as("a secret").doesNotContain("s3cret");
      tables.append(
          "| %s | `%s` | %s | %s |\n"
              .formatted(
                  cause.name(),
                  withoutFigures(message),
                  cause.again() ? "yes" : "no",
                  cause.remedy()));
    }
  }

  /** Replaces what differs between two runs. */
  private static String withoutFigures(String message) {
    return message
        .replaceAll("\\s+", " ")
        .replaceAll("\\d+ of \\d+ in use, (\\d+ being opened, )?\\d+ idle, \\d+ waiting", "…")
        .replaceAll("(last connect error .*); waited for .*", "$1") // of an attempt in between
        .replaceAll("\\d+ ms", "… ms")
        .replaceAll("(127\\.0\\.0\\.1|localhost):\\d+", "$1:…")
        .replaceAll("NotAfter: [^)]*", "NotAfter: …")
        .replaceAll("(ROOT_CERT) \\S*/", "$1 /…/");
  }

  private void compare() throws IOException {
    Files.writeString(WRITTEN, tables);

    retries.assertAll();
    assertThat(Files.readString(PAGE))
        .as("docs/errors.md: replace its tables by shared-session/target/errors.md")
        .endsWith(tables);
  }
}
