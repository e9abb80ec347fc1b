package dev.warmpool.session.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Writes the classes whose tests were skipped, each with its reason, to the file that the system
 * property {@code not-run} names; the last module of the build prints them. Does nothing without
 * that property. JUnit finds it as a service. Confined to the thread that runs the tests.
 */
public final class NotRun implements TestExecutionListener {

  /** What JUnit says of an annotation's condition before the reason that stands in it. */
  private static final String CONDITION = "^.* ==> ";

  private final Set<String> lines = new TreeSet<>();

  @Override
  public void executionSkipped(TestIdentifier test, String reason) {
    lines.add(name(test) + ": " + reason.replaceFirst(CONDITION, ""));
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (result.getStatus() == Status.ABORTED) {
      lines.add(name(test) + ": " + result.getThrowable().map(NotRun::reason).orElse("aborted"));
    }
  }

  @Override
  public void testPlanExecutionFinished(TestPlan plan) {
    String file = System.getProperty("not-run");
    if (file != null) {
      write(Path.of(file));
    }
  }

  private void write(Path file) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.write(file, lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The assumption's own words, in one line. */
  private static String reason(Throwable aborted) {
    return String.valueOf(aborted.getMessage())
        .replaceFirst("^Assumption failed: ", "")
        .replaceAll("\\s+", " ");
  }

  private static String name(TestIdentifier test) {
    return test.getSource().map(NotRun::className).orElse(test.getDisplayName());
  }

  private static String className(TestSource source) {
    String name =
        source instanceof MethodSource method
            ? method.getClassName()
            : source instanceof ClassSource type ? type.getClassName() : source.toString();
    return name.substring(name.lastIndexOf('.') + 1);
  }
}
