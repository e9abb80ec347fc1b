package dev.warmpool.benchmarks.coldstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The process of a function with its Runtime API. Confined to one thread. */
final class FunctionProcess implements AutoCloseable {

  private final RuntimeApi api = new RuntimeApi();
  private final long began;
  private final Process process;
  private final Path log = Files.createTempFile("cold-start", ".log");

  /**
   * What is given to a function.
   *
   * @param megabytes its memory
   * @param prefix what precedes its command
   */
  record Size(int megabytes, List<String> prefix) {

    /** All processors, and the memory of the other measurements. */
    static final Size WHOLE = new Size(1_024, List.of());
  }

  /** The Java launcher, runtime client, environment variables and size of processes. */
  record Launch(Path java, RuntimeClient client, Map<String, String> variables, Size size) {}

  FunctionProcess(Launch launch, Contender contender, String initializationType)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command(launch, contender));
    builder.directory(contender.task().toFile());
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().retainAll(List.of("PATH", "HOME", "LANG", "LC_ALL", "TZ"));
    environment.putAll(launch.variables());
    environment.putAll(contender.variables());
    environment.put("AWS_LAMBDA_RUNTIME_API", api.address());
    environment.put("AWS_LAMBDA_FUNCTION_NAME", "cold-start");
    environment.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "" + launch.size().megabytes());
    environment.put("AWS_LAMBDA_INITIALIZATION_TYPE", initializationType);
    environment.put("AWS_REGION", "us-east-1");
    environment.put("_HANDLER", contender.handler());
    environment.put("LAMBDA_TASK_ROOT", contender.task().toString());
    began = System.nanoTime();
    process = builder.start();
    process.onExit().thenAccept(this::exited);
  }

  private static List<String> command(Launch launch, Contender contender) {
    List<String> command = new ArrayList<>(launch.size().prefix());
    command.add(launch.java().toString());
    command.addAll(launch.client().flags(launch.size().megabytes()));
    command.addAll(contender.flags());
    command.add("-cp");
    command.add(contender.classPathText());
    command.add(RuntimeClient.mainClass());
    command.add(contender.handler());
    return command;
  }

  private void exited(Process ended) {
    String output;
    try {
      output = Files.readString(log);
    } catch (IOException e) {
      output = e.toString();
    }
    api.fail(
        new IllegalStateException(
            "the process ended with status " + ended.exitValue() + ": " + output));
  }

  RuntimeApi api() {
    return api;
  }

  /** Milliseconds from the process's start to this {@link System#nanoTime()}. */
  double millis(long instant) {
    return (instant - began) / 1e6;
  }

  /** Resident memory, in kilobytes. */
  long resident() throws IOException {
    return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }

  /** Bytes that it has written to standard output and standard error. */
  long logged() throws IOException {
    return Files.size(log);
  }

  /** Sends SIGTERM, as Lambda does with an extension, and waits for the end. */
  int terminate() throws InterruptedException {
    process.destroy();
    return process.waitFor();
  }

  String log() throws IOException {
    return Files.readString(log);
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly().onExit().join();
    api.close();
    Files.delete(log);
  }
}
