package dev.warmpool.local.template;

import java.util.List;

/**
 * Which web sites' scripts may call the HTTP API, and how. Immutable.
 *
 * @param origins of the web sites; {@code *} for all, {@code https://*} for all of a scheme
 * @param methods that they may use
 * @param headers that they may send
 * @param exposed headers that they may read
 * @param maxAge seconds for which a browser may keep this; empty where it is not said
 * @param credentials whether cookies go along
 */
public record CorsDefinition(
    List<String> origins,
    List<String> methods,
    List<String> headers,
    List<String> exposed,
    String maxAge,
    boolean credentials) {}
