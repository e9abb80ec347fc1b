package dev.warmpool.local.runtime.client;

import com.amazonaws.services.lambda.runtime.api.client.EventHandlerLoader;
import com.amazonaws.services.lambda.runtime.api.client.HandlerInfo;
import com.amazonaws.services.lambda.runtime.api.client.LambdaRequestHandler;
import com.amazonaws.services.lambda.runtime.api.client.UserFault;
import com.amazonaws.services.lambda.runtime.api.client.runtimeapi.DtoSerializers;
import com.amazonaws.services.lambda.runtime.api.client.runtimeapi.converters.LambdaErrorConverter;
import com.amazonaws.services.lambda.runtime.api.client.runtimeapi.dto.ErrorRequest;
import com.amazonaws.services.lambda.runtime.api.client.runtimeapi.dto.InvocationRequest;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Asks the Runtime API for events and runs the handler on them, by AWS's own loader and serialiser:
 * what AWS's runtime client does, without its native library. The working directory is the task
 * root. Takes no snapshots.
 */
public final class PlainRuntimeClient {

  private final RuntimeApiClient api;
  private final LambdaRequestHandler handler;

  private PlainRuntimeClient(RuntimeApiClient api, LambdaRequestHandler handler) {
    this.api = api;
    this.handler = handler;
  }

  /**
   * Runs until the process is ended.
   *
   * @param arguments the handler, class or class and method
   */
  public static void main(String[] arguments) throws IOException, ReflectiveOperationException {
    RuntimeApiClient api = new RuntimeApiClient(System.getenv("AWS_LAMBDA_RUNTIME_API"));
    Thread.currentThread().setContextClassLoader(taskClasses(Path.of("").toAbsolutePath()));
    LambdaRequestHandler handler;
    try {
      handler = handler(arguments[0]);
    } catch (UserFault | LinkageError e) {
      api.post("init/error", error(e));
      System.exit(1);
      return;
    }
    new PlainRuntimeClient(api, handler).start(concurrency());
  }

  private static int concurrency() {
    String value = System.getenv("AWS_LAMBDA_MAX_CONCURRENCY");
    return value == null ? 1 : Integer.parseInt(value);
  }

  private static URLClassLoader taskClasses(Path root) throws IOException {
    List<URL> places = new ArrayList<>();
    places.add(url(root));
    Path lib = root.resolve("lib");
    if (Files.isDirectory(lib)) {
      try (Stream<Path> files = Files.list(lib)) {
        for (Path jar : files.filter(f -> f.toString().endsWith(".jar")).sorted().toList()) {
          places.add(url(jar));
        }
      }
    }
    return new URLClassLoader(
        places.toArray(URL[]::new), PlainRuntimeClient.class.getClassLoader());
  }

  private static URL url(Path path) throws MalformedURLException {
    return path.toUri().toURL();
  }

  private static LambdaRequestHandler handler(String name) throws ReflectiveOperationException {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    return EventHandlerLoader.loadEventHandler(HandlerInfo.fromString(name, loader));
  }

  private void start(int threads) {
    for (int i = 1; i < threads; i++) {
      new Thread(this::run, "events-" + i).start();
    }
    run();
  }

  private void run() {
    try {
      while (true) {
        answer(api.next());
      }
    } catch (IOException e) {
      System.exit(1); // the API is gone, and with it all reason to be
    }
  }

  private void answer(InvocationRequest request) throws IOException {
    byte[] answer;
    String kind;
    try {
      answer = handler.call(request).toByteArray();
      kind = "/response";
    } catch (Throwable e) {
      UserFault.filterStackTrace(e).printStackTrace();
      answer = error(e);
      kind = "/error";
    }
    api.post("invocation/" + request.getId() + kind, answer);
  }

  private static byte[] error(Throwable error) {
    ErrorRequest request =
        error instanceof UserFault fault
            ? LambdaErrorConverter.fromUserFault(fault)
            : LambdaErrorConverter.fromThrowable(UserFault.filterStackTrace(error));
    return DtoSerializers.serialize(request);
  }
}
