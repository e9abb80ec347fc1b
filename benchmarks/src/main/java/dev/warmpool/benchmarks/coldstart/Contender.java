package dev.warmpool.benchmarks.coldstart;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A function that is measured, with its layout on disk. Immutable.
 *
 * @param name name in the tables
 * @param handler class, or class and method
 * @param task working directory, from which the runtime client loads the function's classes
 * @param classPath class path of the command line: the runtime client, in an image also the
 *     function
 * @param flags JVM flags in addition to Lambda's
 * @param archiveBytes size of the deployment archive
 */
record Contender(
    String name,
    String handler,
    Path task,
    List<Path> classPath,
    List<String> flags,
    long archiveBytes) {

  /** The class path as an argument of the command line. */
  String classPathText() {
    return classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }
}
