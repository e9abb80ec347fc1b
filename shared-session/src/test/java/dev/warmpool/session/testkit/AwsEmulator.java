package dev.warmpool.session.testkit;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.localstack.LocalStackContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * An emulator of AWS for the tests of this JVM: the one at {@code AWS_ENDPOINT_URL}, or else
 * LocalStack in a container. Clients of AWS's SDK find it by themselves, as they find AWS in a
 * function. Immutable.
 *
 * @param endpoint its address
 * @param region the region of the clients
 */
public record AwsEmulator(URI endpoint, String region) {

  /** The last version that runs without an account. */
  private static final DockerImageName IMAGE =
      DockerImageName.parse("localstack/localstack:4.14.0");

  private static final String[] SERVICES = {"secretsmanager", "sqs", "scheduler"};

  private static Optional<AwsEmulator> running = Optional.empty();

  /** The emulator; aborts the test, with the reason, if there is none and none can be started. */
  public static synchronized AwsEmulator required() {
    if (running.isEmpty()) {
      String given = System.getenv("AWS_ENDPOINT_URL");
      running = Optional.of(given == null ? container() : of(given, System.getenv("AWS_REGION")));
    }
    return running.get();
  }

  private static AwsEmulator of(String endpoint, String region) {
    return new AwsEmulator(URI.create(endpoint), region);
  }

  /** Ends with the JVM. The SDK reads the properties where a function has variables. */
  private static AwsEmulator container() {
    Assumptions.assumeTrue(
        DockerClientFactory.instance().isDockerAvailable(),
        "no AWS_ENDPOINT_URL and no container engine: start an emulator of AWS, for example moto_server, as .ci/run does");
    LocalStackContainer container = new LocalStackContainer(IMAGE).withServices(SERVICES);
    container.start();
    Map.of(
            "aws.endpointUrl", container.getEndpoint().toString(),
            "aws.region", container.getRegion(),
            "aws.accessKeyId", container.getAccessKey(),
            "aws.secretAccessKey", container.getSecretKey())
        .forEach(System::setProperty);
    return of(container.getEndpoint().toString(), container.getRegion());
  }
}
