package dev.warmpool.local.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;

/** A handler that also answers some requests that pages of other origins send. */
public interface OpenHandler extends HttpHandler {

  /**
   * Whether to answer this request although a page of another origin may have sent it. Its Host
   * names this server.
   */
  boolean isOpen(HttpExchange exchange);
}
