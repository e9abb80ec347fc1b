package dev.warmpool.functions;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Following a guide to the letter, in a copy of the project, leaves its tests green. */
class GuidesIT {

  private static final String TESTS = "dev.warmpool.functions.";

  /** A guide, with the tests of the parts that it changes. */
  private enum Page {
    RESOURCE(
        "adding-a-resource",
        "TemplateTest",
        "http.ContractTest",
        "EventFilesIT",
        "StatusesIT",
        "DirectInvocationsIT"),
    JOB(
        "adding-a-job",
        "QueueTemplateTest",
        "TemplateTest",
        "cleanup.JobEventTest",
        "EventFilesIT");

    private final String name;
    private final List<String> tests;

    Page(String name, String... tests) {
      this.name = name;
      this.tests = Stream.of(tests).map(TESTS::concat).toList();
    }
  }

  @ParameterizedTest
  @EnumSource
  void nameThePlacesThatTheyChange(Page page) throws Exception {
    Guide.followed(page.name);
  }

  @ParameterizedTest
  @EnumSource
  @EnabledIfSystemProperty(
      named = "counts",
      matches = "\\d\\d+",
      disabledReason = "builds copies of the project, which takes a minute: run it with -Psoak")
  void leaveTheTestsGreen(Page page) throws Exception {
    Guide.followed(page.name).passes(page.tests);
  }
}
