package dev.warmpool.functions;

import java.io.PrintWriter;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Runs test classes in this JVM; exits with 1 if a test fails or none was found. */
final class GuideTests {

  private GuideTests() {}

  /**
   * The program.
   *
   * @param classes names of test classes
   */
  public static void main(String[] classes) {
    LauncherDiscoveryRequestBuilder request = LauncherDiscoveryRequestBuilder.request();
    for (String name : classes) {
      request.selectors(DiscoverySelectors.selectClass(name));
    }
    SummaryGeneratingListener summary = new SummaryGeneratingListener();
    Launcher launcher = LauncherFactory.create();
    launcher.execute(request.build(), summary);
    summary.getSummary().printFailuresTo(new PrintWriter(System.out), 10);
    boolean passed =
        summary.getSummary().getTestsFoundCount() > 0
            && summary.getSummary().getTotalFailureCount() == 0;
    System.exit(passed ? 0 : 1);
  }
}
