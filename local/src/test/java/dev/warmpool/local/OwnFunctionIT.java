package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.warmpool.session.testkit.PostgresServer;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The library in a project of its own, {@code examples/own-function}: outside of this build, by the
 * commands of its README, alone and with the versions of Spring Boot that the README names.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "symbolic links need a privilege there")
@ExtendWith(PageCommands.class)
class OwnFunctionIT {

  /** Otherwise each version is built once, on one JDK after the other. */
  private static final boolean IN_A_SOAK = Integer.getInteger("counts", 1) > 1;

  private static final String ALONE = "no";
  private static final Pattern BROUGHT = Pattern.compile("\\| ([\\d.]+) \\| Netty (\\d\\.\\d) \\|");

  private static final Map<String, OwnFunction> BUILT = new HashMap<>();

  @TempDir private static Path folder;
  private static Path repository;

  @BeforeAll
  static void installTheLibrary() {
    repository = OwnRepository.in(folder.resolve("repository"));
  }

  /** What the commands that install the library put into a repository is what this one has. */
  @Test
  void dependsOnWhatIsInstalled() {
    List<String> installing =
        PageCommands.all().stream().filter(command -> command.contains(" install ")).toList();
    assertThat(installing).hasSize(2);
    for (String each : installing) {
      PageCommands.check(
          each,
          command -> {
            assertThat(command).contains(" -pl shared-session -am install -DskipTests");
            assertThat(OwnRepository.artifacts(repository))
                .containsExactly("warmpool-parent", "warmpool-session");
          });
    }
  }

  @AfterAll
  static void unlink() {
    OwnRepository.unlink(repository);
  }

  static Stream<Arguments> builds() {
    List<Arguments> versions =
        OwnFunction.README.found(BROUGHT, row -> arguments(row.group(1), row.group(2)));
    assertThat(versions).hasSizeGreaterThan(1);
    List<Arguments> all = new ArrayList<>(List.of(arguments(ALONE, "4.2")));
    all.addAll(IN_A_SOAK ? versions : versions.subList(versions.size() - 1, versions.size()));
    List<Path> jdks = Jdks.found();
    return IntStream.range(0, IN_A_SOAK ? jdks.size() : 1)
        .boxed()
        .flatMap(
            round ->
                IntStream.range(0, all.size())
                    .mapToObj(i -> build(all.get(i), jdks.get((round + i) % jdks.size()))));
  }

  private static Arguments build(Arguments version, Path jdk) {
    return arguments(version.get()[0], version.get()[1], jdk);
  }

  @ParameterizedTest(name = "{0} Spring Boot, Netty {1}, {2}")
  @MethodSource("builds")
  void runsSessions(String springBoot, String netty, Path jdk) {
    OwnFunction project = built(springBoot, jdk);

    assertThat(project.integrationTests()).isPositive();
    assertThat(project.archive())
        .contains("com/example/orders/OrdersHandler.class")
        .anyMatch(name -> name.startsWith("lib/netty-transport-" + netty));
  }

  @Test
  void answersOnThisMachine() throws Exception {
    assumeTrue(isOnPath("curl"), "curl is not installed");
    OwnFunction project = built(ALONE, Jdks.own());
    List<String> curls = OwnFunction.README.commands("curl ");
    assertThat(curls).hasSize(5);
    List<String> jars = OwnFunction.README.commands("java -jar ");
    assertThat(jars).hasSize(1);
    try (RunnerProcess runner =
        PageCommands.run(jars.get(0), jar -> RunnerProcess.jar(project.folder(), Map.of(), jar))) {
      assertThat(runner.awaitLine("Database")).endsWith(", schema shop");
      String http = address(runner.awaitLine("HTTP API"));
      String invoke = address(runner.awaitLine("Invoke API"));
      assertThat(runner.awaitLine("Warmpool is ready"))
          .endsWith("functions/Orders/invocations -d @" + project.event("Orders-place.json"));
      List<String> answers =
          curls.stream()
              .map(line -> PageCommands.run(line, curl -> answer(project, curl, http, invoke)))
              .toList();
      assertThat(answers.get(0)).isEqualTo("{\"complete\":true}");
      assertThat(answers.get(1)).contains(" 201 Created").contains("Location: /orders/");
      assertThat(answers.get(2)).contains("\"statusCode\":404");
      assertThat(answers.get(3)).contains("batchItemFailures").contains("19dd0b57");
      assertThat(answers.get(4)).isEqualTo("0");
      runner.terminate();
    }
  }

  private static String answer(OwnFunction project, String curl, String http, String invoke) {
    String here =
        curl.replace("http://127.0.0.1:3000", http).replace("http://127.0.0.1:3001", invoke);
    return project.run(here.replace("curl ", "curl -sS "), Map.of());
  }

  private static OwnFunction built(String springBoot, Path jdk) {
    return BUILT.computeIfAbsent(
        springBoot + jdk.toString().replace(File.separatorChar, '-'),
        name -> {
          OwnFunction project = OwnFunction.copy(repository, folder.resolve(name));
          if (!springBoot.equals(ALONE)) {
            project.withSpringBoot(springBoot);
          }
          build(project, jdk);
          return project;
        });
  }

  /** Every command of the README that builds, but the first, which installs the library. */
  private static void build(OwnFunction project, Path jdk) {
    List<String> commands = OwnFunction.README.commands("mvn ");
    assertThat(commands).hasSize(2).first().asString().contains(" -pl shared-session -am install");
    Map<String, String> environment = new HashMap<>(PostgresServer.shared().environment());
    environment.put("POSTGRES_SCHEMA", "shop");
    environment.put("JAVA_HOME", jdk.toString());
    environment.put("MAVEN_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
    PageCommands.run(commands.get(1), command -> project.run(command, environment));
  }

  private static boolean isOnPath(String program) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  private static String address(String line) {
    return line.replaceAll(".*(http://[\\d.:]+).*", "$1");
  }
}
