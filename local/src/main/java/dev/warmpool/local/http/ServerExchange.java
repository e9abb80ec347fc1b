package dev.warmpool.local.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpPrincipal;
import io.netty.channel.Channel;
import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request that was received whole, and its response. Confined to one thread at a time. */
final class ServerExchange extends HttpExchange {

  private static final int NO_STATUS = -1;

  private final Channel channel;
  private final HttpRequest request;
  private final URI target;
  private final Headers requestHeaders = new Headers();
  private final Headers responseHeaders = new Headers();
  private final Map<String, Object> attributes = new HashMap<>();
  private final ResponseStream response;
  private InputStream body;
  private OutputStream output;
  private int status = NO_STATUS;

  private ServerExchange(
      Channel channel, HttpRequest request, URI target, byte[] body, ResponseStream response) {
    this.channel = channel;
    this.request = request;
    this.target = target;
    this.body = new ByteArrayInputStream(body);
    this.response = response;
    this.output = response;
    request.headers().forEach(field -> requestHeaders.add(field.getKey(), field.getValue()));
  }

  /**
   * Creates an exchange.
   *
   * @param answered runs on the connection's event loop when the response has been written
   * @return the exchange; empty if the target is malformed, or version or Host are not clear
   */
  static Optional<ServerExchange> of(
      Channel channel, HttpRequest request, byte[] body, Runnable answered) {
    return RequestTarget.parse(request.uri())
        .filter(target -> isClear(request))
        .map(
            target ->
                new ServerExchange(
                    channel, request, target, body, new ResponseStream(channel, answered)));
  }

  private static boolean isClear(HttpRequest request) {
    return request.protocolVersion().majorVersion() == 1
        && request.headers().getAll(HttpHeaderNames.HOST).size() < 2;
  }

  @Override
  public void sendResponseHeaders(int code, long length) throws IOException {
    if (status != NO_STATUS) {
      throw new IOException("the response's headers have been sent");
    }
    DefaultHttpResponse head =
        new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(code));
    responseHeaders.forEach((name, values) -> head.headers().add(name, values));
    if (length == 0) {
      head.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    } else if (code != 204 && code != 304) {
      head.headers().set(HttpHeaderNames.CONTENT_LENGTH, Math.max(0, length));
    }
    HttpUtil.setKeepAlive(head, HttpUtil.isKeepAlive(request));
    head.headers().set(HttpHeaderNames.DATE, DateFormatter.format(new Date()));
    status = code;
    response.begin(head);
  }

  /** Ends the response; without one, closes the connection. */
  @Override
  public void close() {
    if (status == NO_STATUS) {
      channel.close();
    } else {
      response.close();
    }
  }

  @Override
  public Headers getRequestHeaders() {
    return requestHeaders;
  }

  @Override
  public Headers getResponseHeaders() {
    return responseHeaders;
  }

  @Override
  public URI getRequestURI() {
    return target;
  }

  @Override
  public String getRequestMethod() {
    return request.method().name();
  }

  @Override
  public HttpContext getHttpContext() {
    throw new UnsupportedOperationException("this server has no contexts");
  }

  @Override
  public InputStream getRequestBody() {
    return body;
  }

  @Override
  public OutputStream getResponseBody() {
    return output;
  }

  @Override
  public InetSocketAddress getRemoteAddress() {
    return (InetSocketAddress) channel.remoteAddress();
  }

  @Override
  public int getResponseCode() {
    return status;
  }

  @Override
  public InetSocketAddress getLocalAddress() {
    return (InetSocketAddress) channel.localAddress();
  }

  @Override
  public String getProtocol() {
    return request.protocolVersion().text();
  }

  @Override
  public @Nullable Object getAttribute(String name) {
    return attributes.get(name);
  }

  @Override
  public void setAttribute(String name, Object value) {
    attributes.put(name, value);
  }

  @Override
  public void setStreams(InputStream in, OutputStream out) {
    body = in == null ? body : in;
    output = out == null ? output : out;
  }

  @Override
  public @Nullable HttpPrincipal getPrincipal() {
    return null;
  }
}
