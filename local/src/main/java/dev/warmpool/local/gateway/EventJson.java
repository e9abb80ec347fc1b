package dev.warmpool.local.gateway;

import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyRequestEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * Writes AWS's types as API Gateway writes its events. A member without a value is absent in format
 * 2.0 (but for a token's scopes) and null in format 1.0, but for those that only some requests
 * have; the types do not tell these apart.
 */
final class EventJson {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addMixIn(APIGatewayV2HTTPEvent.class, WithoutNulls.class)
          .addMixIn(APIGatewayV2HTTPEvent.RequestContext.class, WithoutNulls.class)
          .addMixIn(APIGatewayV2HTTPEvent.RequestContext.Authorizer.class, WithoutNulls.class)
          .addMixIn(APIGatewayProxyRequestEvent.class, OfHttpApis.class)
          .addMixIn(APIGatewayProxyRequestEvent.ProxyRequestContext.class, WithoutNulls.class)
          .addMixIn(APIGatewayProxyRequestEvent.RequestIdentity.class, WithKeys.class)
          .build();

  private EventJson() {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private interface WithoutNulls {}

  /** A REST API's event has no version. */
  private interface OfHttpApis {

    @JsonInclude(JsonInclude.Include.NON_NULL)
    String getVersion();
  }

  /** The API key is there only where a method requires one. */
  private interface WithKeys {

    @JsonInclude(JsonInclude.Include.NON_NULL)
    String getApiKey();
  }

  static byte[] of(Object event) {
    try {
      return JSON.writeValueAsBytes(event);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
