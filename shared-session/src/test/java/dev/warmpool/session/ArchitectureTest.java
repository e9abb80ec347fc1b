package dev.warmpool.session;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import dev.warmpool.session.blocking.BlockingSessions;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the rules on which package may depend on which. */
class ArchitectureTest {

  private static final String ROOT = "dev.warmpool.session";

  /** The part of the API for code that waits. */
  private static final String BLOCKING = ROOT + ".blocking";

  /** The listing of a larger package does not show how it works. */
  private static final int MOST_TYPES = 30;

  private static final JavaClasses CLASSES =
      new ClassFileImporter().importPath(Path.of("target/classes"));

  private static ArchRule onlyKnownTo(String owner, String... known) {
    return noClasses()
        .that()
        .resideOutsideOfPackage(owner)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(known);
  }

  @ParameterizedTest
  @CsvSource({
    "internal.pool, io.r2dbc.pool..",
    "internal.postgres, io.r2dbc.postgresql..",
    "internal.loop, io.netty..",
    "internal.loop, reactor.netty..",
    "credentials, software.amazon.awssdk..",
    "lambda, com.amazonaws..",
    "lambda, org.crac.."
  })
  void keepsEachLibraryToOnePackage(String owner, String library) {
    onlyKnownTo(ROOT + "." + owner, library).check(CLASSES);

    assertThat(CLASSES.stream().filter(type -> type.getPackageName().equals(ROOT + "." + owner)))
        .as("%s uses %s", owner, library)
        .anyMatch(
            type ->
                type.getDirectDependenciesFromSelf().stream()
                    .anyMatch(
                        dependency ->
                            dependency
                                .getTargetClass()
                                .getPackageName()
                                .startsWith(library.replace("..", ""))));
  }

  /** A manager has blocking sessions, which take the same options: the API is two packages. */
  @Test
  void letsTheApiKnowNoOtherPackage() {
    noClasses()
        .that()
        .resideInAnyPackage(ROOT, BLOCKING)
        .should()
        .dependOnClassesThat(
            resideInAPackage(ROOT + ".*..").and(DescribedPredicate.not(resideInAPackage(BLOCKING))))
        .check(CLASSES);
  }

  @Test
  void letsSettingsKnowTheApiAlone() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".settings")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            ROOT + ".internal..", ROOT + ".credentials", ROOT + ".lambda", ROOT + ".manager")
        .check(CLASSES);
  }

  @Test
  void hasNoCycleBetweenPackages() {
    SlicesRuleDefinition.slices()
        .assignedFrom(
            new SliceAssignment() {
              @Override
              public SliceIdentifier getIdentifierOf(JavaClass type) {
                String name = type.getPackageName();
                return name.startsWith(ROOT)
                    ? SliceIdentifier.of(name.equals(BLOCKING) ? ROOT : name)
                    : SliceIdentifier.ignore();
              }

              @Override
              public String getDescription() {
                return "packages";
              }
            })
        .should()
        .beFreeOfCycles()
        .check(CLASSES);
  }

  @Test
  void hasNoPackageOfManyTypes() {
    Map<String, Long> types =
        CLASSES.stream()
            .filter(type -> type.isTopLevelClass() && !type.getSimpleName().equals("package-info"))
            .collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));

    assertThat(types).hasSizeGreaterThan(8);
    assertThat(types.values()).allMatch(count -> count <= MOST_TYPES);
  }

  /** What an interface does in its place is for tests and costs round trips. */
  @ParameterizedTest
  @ValueSource(classes = {SessionManager.class, BlockingSessions.class})
  void overridesEachMethodOfTheApi(Class<?> api) {
    List<Class<?>> implementations =
        CLASSES.stream()
            .filter(type -> type.isAssignableTo(api) && !type.isInterface())
            .<Class<?>>map(JavaClass::reflect)
            .toList();

    assertThat(implementations).isNotEmpty();
    assertThat(implementations.stream().flatMap(type -> Stream.of(type.getMethods())))
        .noneMatch(Method::isDefault);
  }
}
