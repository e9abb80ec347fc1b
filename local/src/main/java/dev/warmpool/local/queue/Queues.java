package dev.warmpool.local.queue;

import dev.warmpool.local.StartupException;
import dev.warmpool.local.gateway.Destinations;
import dev.warmpool.local.http.LocalServer;
import dev.warmpool.local.template.QueueDefinition;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;

/**
 * The queues of a template on an SQS server in this process, from {@link #start} to {@link #close}.
 * Messages are lost when the run ends. Thread-safe.
 */
public final class Queues implements Destinations, AutoCloseable {

  private static final String ENDPOINT = "AWS_ENDPOINT_URL_SQS";

  private final List<QueueDefinition> definitions;
  private final LocalServer front;
  private final CompletableFuture<SqsServer> server;

  private Queues(List<QueueDefinition> definitions, ExecutorService threads) {
    this.definitions = definitions;
    this.front = new LocalServer(0, "no setting", threads);
    this.server = CompletableFuture.supplyAsync(this::started, threads);
    front.serve(new SqsProxy(server));
  }

  /**
   * Binds a free port and returns; the server starts and creates the queues meanwhile.
   *
   * @param threads unbounded executor for requests and for the start
   */
  public static Queues start(List<QueueDefinition> definitions, ExecutorService threads) {
    return new Queues(definitions, threads);
  }

  private SqsServer started() {
    SqsServer started = SqsServer.start(new InetSocketAddress("127.0.0.1", front.port()));
    try {
      SqsClient client = new SqsClient(started);
      RedriveOrder.of(definitions).forEach(client::create);
      return started;
    } catch (RuntimeException e) {
      started.close();
      throw e;
    }
  }

  /**
   * Waits until every queue exists.
   *
   * @throws StartupException if the server does not start or a queue is invalid
   */
  public void awaitStart() {
    try {
      server.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof StartupException fault
          ? fault
          : new StartupException("the queues cannot be created: " + e.getCause().getMessage(), e);
    }
  }

  SqsClient client() {
    awaitStart();
    return new SqsClient(server.join());
  }

  /** The queues in the order of the template. */
  public List<QueueDefinition> all() {
    return definitions;
  }

  /** Finds a queue by its logical id. */
  Optional<QueueDefinition> find(String id) {
    return definitions.stream().filter(queue -> queue.id().equals(id)).findFirst();
  }

  /** Finds a queue by its ARN. */
  Optional<QueueDefinition> withArn(String arn) {
    return definitions.stream().filter(queue -> queue.arn().equals(arn)).findFirst();
  }

  /** Base URL of the SQS API. */
  public String address() {
    return "http://127.0.0.1:" + front.port();
  }

  /** The queue's URL on this machine. */
  public String url(QueueDefinition queue) {
    return resolved(queue.url());
  }

  private String resolved(String text) {
    return text.replace(QueueDefinition.SERVER, address());
  }

  /** A function's variables with this server in the URLs of queues, and as the SDKs' endpoint. */
  public Map<String, String> resolved(Map<String, String> variables) {
    Map<String, String> resolved = new HashMap<>();
    resolved.put(ENDPOINT, address());
    variables.forEach((name, value) -> resolved.put(name, resolved(value)));
    return resolved;
  }

  @Override
  public boolean send(String arn, String body, Map<String, String> attributes) {
    Optional<QueueDefinition> queue = withArn(arn);
    queue.ifPresent(found -> client().send(found, body, attributes));
    return queue.isPresent();
  }

  @Override
  public void close() {
    front.close();
    server.handle((started, fault) -> started).thenAccept(Queues::close).join();
  }

  private static void close(SqsServer started) {
    if (started != null) {
      started.close();
    }
  }
}
