package dev.warmpool.local.gateway;

/** A request that the Invoke API refuses, as the service does. */
final class InvokeFault extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String type;

  InvokeFault(int status, String type, String message) {
    super(message);
    this.status = status;
    this.type = type;
  }

  /** A parameter has a value that is not allowed. */
  static InvokeFault parameter(String message) {
    return new InvokeFault(400, "InvalidParameterValueException", message);
  }

  /** The event or the client context cannot be read. */
  static InvokeFault content(String message) {
    return new InvokeFault(400, "InvalidRequestContentException", message);
  }

  /** There is no such function, or no such alias of it. */
  static InvokeFault notFound(String name) {
    return new InvokeFault(404, "ResourceNotFoundException", "Function not found: " + name);
  }

  int status() {
    return status;
  }

  /** The value of {@code x-amzn-errortype}. */
  String type() {
    return type;
  }
}
