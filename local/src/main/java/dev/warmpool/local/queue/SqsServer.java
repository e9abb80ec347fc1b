package dev.warmpool.local.queue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.warmpool.local.StartupException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.http.scaladsl.Http;
import org.elasticmq.NodeAddress;
import org.elasticmq.rest.sqs.SQSRestServerBuilder;
import scala.concurrent.Await;
import scala.concurrent.Awaitable;
import scala.concurrent.duration.Duration;

/**
 * ElasticMQ in this process. Its own HTTP server answers everybody, pages of other origins
 * included, so it listens only until this object has opened all the connections that it accepts.
 * After that, requests reach it through this object alone. Thread-safe.
 */
final class SqsServer implements AutoCloseable {

  /** Requests at once. A receive request that waits for messages takes up to 20 seconds. */
  private static final int CONNECTIONS = 32;

  private static final int LIMIT_SECONDS = 20;

  private static final String CONFIG =
      """
      pekko {
        daemonic = on
        loggers = []
        stdout-loglevel = OFF
        loglevel = OFF
        log-dead-letters = off
        jvm-shutdown-hooks = off
        coordinated-shutdown.run-by-jvm-shutdown-hook = off
        http.server {
          max-connections = %d
          idle-timeout = infinite
          request-timeout = infinite
          parsing.max-uri-length = 64k
        }
      }
      """
          .formatted(CONNECTIONS);

  private final ActorSystem system;
  private final List<SqsConnection> all = new ArrayList<>();
  private final BlockingQueue<SqsConnection> idle = new LinkedBlockingQueue<>();

  private SqsServer(ActorSystem system) {
    this.system = system;
  }

  /**
   * Starts a server without queues.
   *
   * @param address address in the URLs of queues
   * @throws StartupException if it does not start in time
   */
  static SqsServer start(InetSocketAddress address) {
    Config config = ConfigFactory.parseString(CONFIG).withFallback(ConfigFactory.load());
    SqsServer server = new SqsServer(ActorSystem.create("sqs", config));
    try {
      server.listen(address);
      return server;
    } catch (IOException | InterruptedException | TimeoutException e) {
      server.close();
      throw new StartupException("the SQS server does not start: " + e, e);
    }
  }

  private void listen(InetSocketAddress address)
      throws IOException, InterruptedException, TimeoutException {
    Http.ServerBinding listener =
        await(
            SQSRestServerBuilder.withActorSystem(system)
                .withInterface(InetAddress.getLoopbackAddress().getHostAddress())
                .withDynamicPort()
                .withServerAddress(
                    new NodeAddress("http", address.getHostString(), address.getPort(), ""))
                .withAWSRegion("us-east-1")
                .withAWSAccountId("123456789012")
                .start()
                .startFuture());
    try {
      connect(listener.localAddress());
    } finally {
      await(listener.unbind());
    }
  }

  private static <T> T await(Awaitable<T> future) throws InterruptedException, TimeoutException {
    return Await.result(future, Duration.apply(LIMIT_SECONDS, TimeUnit.SECONDS));
  }

  /** An answer on each shows that no other connection was accepted before them. */
  private void connect(InetSocketAddress listener) throws IOException {
    for (int i = 0; i < CONNECTIONS; i++) {
      all.add(new SqsConnection(listener));
    }
    for (SqsConnection connection : all) {
      connection.limit((int) TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
      connection.send(new SqsRequest("GET /health", "", "", new byte[0]));
      connection.limit(0);
      idle.add(connection);
    }
  }

  /**
   * Sends a request and waits for its response.
   *
   * @throws IOException if the server has been closed
   */
  SqsResponse send(SqsRequest request) throws IOException, InterruptedException {
    SqsConnection connection = idle.take();
    try {
      return connection.send(request);
    } finally {
      idle.add(connection);
    }
  }

  /** Fails the requests that wait. */
  @Override
  public void close() {
    all.forEach(SqsConnection::close);
    system.terminate();
    try {
      await(system.whenTerminated());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException e) {
      // its threads are daemons
    }
  }
}
