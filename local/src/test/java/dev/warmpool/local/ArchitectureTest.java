package dev.warmpool.local;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.library.Architectures;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The dependencies between packages and modules. */
class ArchitectureTest {

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .importPaths(
              Path.of("../shared-session/target/classes"),
              Path.of("../functions/target/classes"),
              Path.of("target/classes"));

  @Test
  void seesTheClassesOfEveryModule() {
    for (String known :
        new String[] {
          "dev.warmpool.session.SessionManager",
          "dev.warmpool.functions.ApiHandler",
          "dev.warmpool.local.LocalRunner"
        }) {
      assertThat(CLASSES.contain(known)).as(known).isTrue();
    }
  }

  @Test
  void onlyCredentialsAndTheFanOutKnowTheAwsSdk() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.warmpool.session..", "dev.warmpool.functions..")
        .and()
        .resideOutsideOfPackages(
            "dev.warmpool.session.credentials", "dev.warmpool.functions.fanout")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("software.amazon.awssdk..")
        .check(CLASSES);
  }

  @Test
  void onlyTheLambdaPackageOfTheSessionKnowsLambda() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.warmpool.session", "dev.warmpool.session.credentials")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.amazonaws..", "org.crac..")
        .check(CLASSES);
  }

  @Test
  void functionsUseSessionsAndNotTheDriver() {
    noClasses()
        .that()
        .resideInAPackage("dev.warmpool.functions..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.r2dbc.pool..", "io.r2dbc.postgresql..")
        .check(CLASSES);
  }

  /** A generator in a snapshot draws the same numbers in every environment restored from it. */
  @Test
  void nothingDeployedDrawsFromAGeneratorInMemory() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.warmpool.session..", "dev.warmpool.functions..")
        .should()
        .dependOnClassesThat()
        .areAssignableTo(Random.class)
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("reactor.util.retry.RetryBackoffSpec")
        .orShould()
        .callMethod(Math.class, "random")
        .check(CLASSES);
  }

  @Test
  void nothingDeployedKnowsTheRunner() {
    classes()
        .that()
        .resideInAPackage("dev.warmpool.local..")
        .should()
        .onlyHaveDependentClassesThat()
        .resideInAPackage("dev.warmpool.local..")
        .check(CLASSES);
  }

  @Test
  void onlyTheQueuePackageKnowsElasticMq() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.warmpool.local.queue")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.elasticmq..", "org.apache.pekko..", "scala..", "com.typesafe..")
        .check(CLASSES);
  }

  @Test
  void theRunnersPackagesDependInOneDirection() {
    Architectures.layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("template")
        .definedBy("dev.warmpool.local.template")
        .layer("database")
        .definedBy("dev.warmpool.local.database")
        .layer("runtime")
        .definedBy("dev.warmpool.local.runtime..")
        .layer("gateway")
        .definedBy("dev.warmpool.local.gateway")
        .layer("queue")
        .definedBy("dev.warmpool.local.queue")
        .layer("console")
        .definedBy("dev.warmpool.local.console")
        .whereLayer("console")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("database")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("gateway")
        .mayOnlyBeAccessedByLayers("queue", "console")
        .whereLayer("queue")
        .mayOnlyBeAccessedByLayers("console")
        .whereLayer("runtime")
        .mayOnlyBeAccessedByLayers("gateway", "queue", "console")
        .check(CLASSES);
  }

  @Test
  void featuresDoNotKnowOneAnother() {
    SlicesRuleDefinition.slices()
        .matching("dev.warmpool.functions.(*)..")
        .should()
        .beFreeOfCycles()
        .check(CLASSES);
  }
}
