package dev.warmpool.local.runtime;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.api.client.AWSLambda;
import com.amazonaws.services.lambda.runtime.serialization.PojoSerializer;
import dev.warmpool.local.StartupException;
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

/** AWS's Java runtime client as the main class of a child process. Immutable. */
final class RuntimeClient {

  /** The share of a function's memory that the managed runtime gives to the heap. */
  private static final double HEAP_SHARE = 0.85;

  private final Path nativeLibrary;

  /** Extracts the native library once: children would race for the fixed path it unpacks to. */
  RuntimeClient(Path folder) {
    this.nativeLibrary = folder.resolve("libaws-lambda-jni.so");
    String name = "/jni/libaws-lambda-jni.linux-" + architecture() + ".so";
    try (InputStream in = AWSLambda.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new StartupException(
            "the Java runtime client has no native library for this machine (%s): use Linux on"
                    .formatted(name)
                + " x86_64 or aarch64");
      }
      Files.copy(in, nativeLibrary);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String architecture() {
    String name = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    return name.equals("aarch64") ? "aarch_64" : "x86_64";
  }

  /** A function's command line, with the flags of the managed runtime. */
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
            "-Djava.net.preferIPv4Stack=true",
            "-Dcom.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI="
                + nativeLibrary,
            "-cp",
            classPath(),
            AWSLambda.class.getName(),
            function.handler()));
    return command;
  }

  private static String classPath() {
    return Stream.of(
            Context.class, AWSLambda.class, PojoSerializer.class, SdkInternalThreadLocal.class)
        .map(RuntimeClient::jar)
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static String jar(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
