package dev.warmpool.benchmarks.coldstart;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
 * @param variables environment variables in addition to those of all, in whose place they are
 * @param archiveBytes size of the deployment archive
 */
record Contender(
    String name,
    String handler,
    Path task,
    List<Path> classPath,
    List<String> flags,
    Map<String, String> variables,
    long archiveBytes) {

  /** The same function with JVM flags of its own, in addition to those that it has. */
  Contender with(String flag) {
    List<String> more = new ArrayList<>(flags);
    more.add(flag);
    return new Contender(name, handler, task, classPath, more, variables, archiveBytes);
  }

  /** The same function under another name, with environment variables of its own. */
  Contender as(String other, Map<String, String> variables) {
    return new Contender(other, handler, task, classPath, flags, variables, archiveBytes);
  }

  /** The class path as an argument of the command line. */
  String classPathText() {
    return classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }
}
