package dev.warmpool.local.runtime;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.api.client.AWSLambda;
import com.amazonaws.services.lambda.runtime.serialization.PojoSerializer;
import dev.warmpool.local.runtime.EnvironmentSettings.Client;
import dev.warmpool.local.runtime.client.PlainRuntimeClient;
import dev.warmpool.local.template.FunctionDefinition;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.utilslite.SdkInternalThreadLocal;

/**
 * The program of a child process: AWS's runtime client or {@link PlainRuntimeClient}. Immutable.
 */
public final class RuntimeClient {

  /** The share of a function's memory that the managed runtime gives to the heap. */
  private static final double HEAP_SHARE = 0.85;

  private static final String NATIVE =
      "-Dcom.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI=";

  private final Class<?> main;
  private final List<String> flags;

  private RuntimeClient(Class<?> main, List<String> flags) {
    this.main = main;
    this.flags = flags;
  }

  /**
   * Creates the configured client; the plain one if AWS's has no native library for this machine.
   *
   * @param marker an argument for each process, by which a later run recognises it
   * @param folder folder into which the native library is extracted
   */
  static RuntimeClient of(Client client, String marker, Path folder) {
    return client == Client.PLAIN || !isAwsAvailable()
        ? new RuntimeClient(PlainRuntimeClient.class, List.of(marker))
        : new RuntimeClient(AWSLambda.class, List.of(marker, NATIVE + extracted(folder)));
  }

  /** Whether AWS's client runs on this machine. It has a native library for Linux only. */
  public static boolean isAwsAvailable() {
    return System.getProperty("os.name").equals("Linux")
        && AWSLambda.class.getResource(libraryName()) != null;
  }

  private static String libraryName() {
    String architecture = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    return "/jni/libaws-lambda-jni.linux-%s.so"
        .formatted(architecture.equals("aarch64") ? "aarch_64" : "x86_64");
  }

  /** Extracts the library once; by default each child would extract it to the same path. */
  private static Path extracted(Path folder) {
    Path library = folder.resolve("libaws-lambda-jni.so");
    try (InputStream in = AWSLambda.class.getResourceAsStream(libraryName())) {
      Files.copy(in, library);
      return library;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The command line of a function's process, with the managed runtime's JVM flags. */
  List<String> command(FunctionDefinition function) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + (int) (function.memoryMegabytes() * HEAP_SHARE) + "m");
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xshare:auto",
            "--add-opens=java.base/java.io=ALL-UNNAMED",
            "--enable-native-access=ALL-UNNAMED",
            "-Dorg.crac.Core.Compat=com.amazonaws.services.lambda.crac",
            "-Djava.net.preferIPv4Stack=true"));
    command.addAll(flags);
    command.addAll(List.of("-cp", classPath(), main.getName(), function.handler()));
    return command;
  }

  private String classPath() {
    return Stream.of(
            main,
            Context.class,
            AWSLambda.class,
            PojoSerializer.class,
            SdkInternalThreadLocal.class)
        .map(RuntimeClient::place)
        .distinct()
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static String place(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
