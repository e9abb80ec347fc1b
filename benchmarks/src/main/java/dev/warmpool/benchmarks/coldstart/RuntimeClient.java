package dev.warmpool.benchmarks.coldstart;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.api.client.AWSLambda;
import com.amazonaws.services.lambda.runtime.serialization.PojoSerializer;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import software.amazon.awssdk.utilslite.SdkInternalThreadLocal;

/** AWS's runtime client: its jars and its native library, which is extracted once. Immutable. */
final class RuntimeClient {

  /** The share of a function's memory that the managed runtime gives to the heap. */
  private static final double HEAP_SHARE = 0.85;

  private static final String LIBRARY_PROPERTY =
      "com.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI";

  private final Path library;

  RuntimeClient(Path folder) throws IOException {
    this.library = folder.resolve("libaws-lambda-jni.so");
    String architecture = System.getProperty("os.arch").equals("aarch64") ? "aarch_64" : "x86_64";
    String name = "/jni/libaws-lambda-jni.linux-" + architecture + ".so";
    try (InputStream in = AWSLambda.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(
            "the runtime client has no " + name + ": only Linux is supported");
      }
      Files.copy(in, library, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** The client's jars, which precede the function's on the class path. */
  static List<Path> jars() {
    return Stream.of(
            Context.class, AWSLambda.class, PojoSerializer.class, SdkInternalThreadLocal.class)
        .map(RuntimeClient::jar)
        .toList();
  }

  private static Path jar(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The managed runtime's JVM flags for a function of this memory size, without {@code
   * -Xshare:auto}: that is the default, and naming it excludes an AOT cache.
   */
  List<String> flags(int megabytes) {
    return List.of(
        "-Xmx" + (int) (megabytes * HEAP_SHARE) + "m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "--add-opens=java.base/java.io=ALL-UNNAMED",
        "--enable-native-access=ALL-UNNAMED",
        "-Dorg.crac.Core.Compat=com.amazonaws.services.lambda.crac",
        "-Djava.net.preferIPv4Stack=true",
        "-D" + LIBRARY_PROPERTY + "=" + library);
  }

  static String mainClass() {
    return AWSLambda.class.getName();
  }
}
