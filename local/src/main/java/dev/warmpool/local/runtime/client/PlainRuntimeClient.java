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
 * A runtime client without native code: asks the Runtime API for events and runs the handler
 * through AWS's own loader and serialiser. The working directory is the task root. Snapshots are
 * not supported. Thread-safe.
 */
public final class PlainRuntimeClient {

  private final RuntimeApiClient api;
  private final LambdaRequestHandler handler;

  private PlainRuntimeClient(RuntimeApiClient api, LambdaRequestHandler handler) {
    this.api = api;
    this.handler = handler;
  }

  /**
   * Runs until the process is killed or the Runtime API is gone.
   *
   * @param arguments the handler: class, or class and method
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
    List<URL> urls = new ArrayList<>();
    urls.add(url(root));
    Path lib = root.resolve("lib");
    if (Files.isDirectory(lib)) {
      try (Stream<Path> files = Files.list(lib)) {
        for (Path jar : files.filter(f -> f.toString().endsWith(".jar")).sorted().toList()) {
          urls.add(url(jar));
        }
      }
    }
    return new URLClassLoader(urls.toArray(URL[]::new), PlainRuntimeClient.class.getClassLoader());
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
        handle(api.next());
      }
    } catch (IOException e) {
      System.exit(1); // the Runtime API is gone: the runner has ended
    }
  }

  private void handle(InvocationRequest request) throws IOException {
    byte[] response;
    String kind;
    try {
      response = handler.call(request).toByteArray();
      kind = "/response";
    } catch (Throwable e) {
      UserFault.filterStackTrace(e).printStackTrace();
      response = error(e);
      kind = "/error";
    }
    api.post("invocation/" + request.getId() + kind, response);
  }

  private static byte[] error(Throwable error) {
    ErrorRequest request =
        error instanceof UserFault fault
            ? LambdaErrorConverter.fromUserFault(fault)
            : LambdaErrorConverter.fromThrowable(UserFault.filterStackTrace(error));
    return DtoSerializers.serialize(request);
  }
}
