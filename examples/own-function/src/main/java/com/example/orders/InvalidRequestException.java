package com.example.orders;

import java.util.List;

/** The request cannot be served as it is; the caller is told every fault. */
final class InvalidRequestException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient List<String> faults;

  InvalidRequestException(String fault) {
    this(List.of(fault));
  }

  InvalidRequestException(List<String> faults) {
    super(String.join("; ", faults));
    this.faults = faults;
  }

  List<String> faults() {
    return faults;
  }
}
