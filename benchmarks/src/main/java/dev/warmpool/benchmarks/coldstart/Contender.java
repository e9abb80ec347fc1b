package dev.warmpool.benchmarks.coldstart;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A function as it is started.
 *
 * @param name as the tables call it
 * @param handler its class, and method where there is one
 * @param task the folder it runs in, from which the runtime client loads what it does not have yet
 * @param classPath what is on the command line: the runtime client, in an image also the function
 * @param flags of the virtual machine beside Lambda's
 * @param archiveBytes what is deployed
 */
record Contender(
    String name,
    String handler,
    Path task,
    List<Path> classPath,
    List<String> flags,
    long archiveBytes) {

  /** As the command line takes it. */
  String classPathText() {
    return classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }
}
