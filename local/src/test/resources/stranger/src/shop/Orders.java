package shop;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyRequestEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyResponseEvent;
import java.util.Base64;
import java.util.List;
import java.util.Map;

public class Orders
    implements RequestHandler<APIGatewayProxyRequestEvent, APIGatewayProxyResponseEvent> {

  static final String EDITION = "first edition";

  @Override
  public APIGatewayProxyResponseEvent handleRequest(APIGatewayProxyRequestEvent in, Context context) {
    APIGatewayProxyResponseEvent out =
        new APIGatewayProxyResponseEvent()
            .withStatusCode(200)
            .withHeaders(Map.of("Content-Type", "text/plain"))
            .withMultiValueHeaders(Map.of("Set-Cookie", List.of("a=1", "b=2")));
    if (in.getPath().endsWith("/picture")) {
      String pixels = Base64.getEncoder().encodeToString(new byte[] {0, 1, -1});
      return out.withHeaders(Map.of("Content-Type", "image/png"))
          .withBody(pixels)
          .withIsBase64Encoded(true);
    }
    if (in.getPath().endsWith("/broken")) {
      throw new IllegalStateException("no order");
    }
    return out.withBody(
        String.join(
            "\n",
            EDITION,
            in.getHttpMethod() + " " + in.getResource() + " " + in.getPath(),
            "stage " + in.getRequestContext().getStage() + " " + in.getRequestContext().getPath(),
            "by " + in.getRequestContext().getAuthorizer(),
            "proxy " + (in.getPathParameters() == null ? "" : in.getPathParameters().get("proxy")),
            "q " + in.getQueryStringParameters() + " " + in.getMultiValueQueryStringParameters(),
            "type " + in.getHeaders().get("Content-Type"),
            "tags " + in.getMultiValueHeaders().get("X-Tag"),
            "body " + in.getBody() + " " + in.getIsBase64Encoded()));
  }
}
