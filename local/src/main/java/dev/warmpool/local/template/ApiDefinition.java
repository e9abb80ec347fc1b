package dev.warmpool.local.template;

import java.util.List;

/**
 * The kind of API that a route belongs to. Immutable.
 *
 * @param format events and responses of its functions
 * @param stage name of the stage, for the event; a request's path has none here
 * @param binaryTypes media types of bodies that are bytes, of a REST API
 */
public record ApiDefinition(Format format, String stage, List<String> binaryTypes) {

  /** An HTTP API with API Gateway's defaults. */
  public static final ApiDefinition HTTP =
      new ApiDefinition(Format.HTTP_API, "$default", List.of());

  /** An HTTP API whose route has events of payload format 1.0. */
  static final ApiDefinition HTTP_1 =
      new ApiDefinition(Format.HTTP_API_1, "$default", List.of("*/*"));

  /** How events and responses look. */
  public enum Format {
    /** Of an HTTP API, payload format 2.0. */
    HTTP_API,
    /** Of an HTTP API, payload format 1.0. */
    HTTP_API_1,
    /** Of a REST API. */
    REST_API
  }

  /** Whether this is a REST API. */
  public boolean isRest() {
    return format == Format.REST_API;
  }
}
