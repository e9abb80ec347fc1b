package dev.warmpool.functions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Following a guide to the letter, in a copy of the project, leaves its tests green. */
@EnabledIfSystemProperty(
    named = "counts",
    matches = "\\d\\d+",
    disabledReason = "builds copies of the project, which takes a minute: run it with -Psoak")
class GuidesIT {

  private static final String TESTS = "dev.warmpool.functions.";

  @Test
  void addingAResource() throws Exception {
    Guide.followed("adding-a-resource")
        .passes(
            TESTS + "TemplateTest",
            TESTS + "http.ContractTest",
            TESTS + "EventFilesIT",
            TESTS + "StatusesIT",
            TESTS + "DirectInvocationsIT");
  }

  @Test
  void addingAJob() throws Exception {
    Guide.followed("adding-a-job")
        .passes(
            TESTS + "QueueTemplateTest",
            TESTS + "TemplateTest",
            TESTS + "cleanup.JobEventTest",
            TESTS + "EventFilesIT");
  }
}
