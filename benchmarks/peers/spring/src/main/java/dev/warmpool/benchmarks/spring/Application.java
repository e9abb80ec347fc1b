package dev.warmpool.benchmarks.spring;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import tools.jackson.databind.json.JsonMapper;

/** The application with its one function. */
@SpringBootApplication(proxyBeanMethods = false)
public class Application {

  private static final Duration LIMIT = Duration.ofSeconds(10);

  /** Starts the application outside Lambda. */
  public static void main(String[] arguments) {
    SpringApplication.run(Application.class, arguments);
  }

  /** Returns the user of the request's path. */
  @Bean
  public Function<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> user(
      Users users, JsonMapper json) {
    return event -> {
      long id = Long.parseLong(event.getPathParameters().get("id"));
      User user = users.findById(id).block(LIMIT);
      return user == null
          ? APIGatewayV2HTTPResponse.builder().withStatusCode(404).build()
          : APIGatewayV2HTTPResponse.builder()
              .withStatusCode(200)
              .withHeaders(
                  Map.of("content-type", "application/json", "etag", "\"" + user.version() + "\""))
              .withBody(json.writeValueAsString(user))
              .build();
    };
  }
}
