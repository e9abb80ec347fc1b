package dev.warmpool.local.template;

import java.util.List;

/**
 * The CORS configuration of the HTTP API. Immutable.
 *
 * @param origins allowed origins; {@code *} for all, {@code https://*} for all of a scheme
 * @param methods allowed methods
 * @param headers allowed request headers
 * @param exposed response headers that scripts may read
 * @param maxAge seconds for which a browser may cache a preflight's response; empty if unset
 * @param credentials whether requests may carry credentials
 */
public record CorsDefinition(
    List<String> origins,
    List<String> methods,
    List<String> headers,
    List<String> exposed,
    String maxAge,
    boolean credentials) {}
