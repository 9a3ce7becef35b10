package dev.treadle.executor;

import dev.treadle.TreadleException;

/// A payload can't be stored, or what is stored can't be read as the type now declared. The message
/// says where and why; it never holds a value of the payload, which may be a secret, and for the
/// same reason there is no cause.
public final class PayloadException extends TreadleException {
  private static final long serialVersionUID = 1L;
  private final String where;

  PayloadException(String where, String message) {
    super(message);
    this.where = where;
  }

  /// Which payload it is.
  ///
  /// @return words such as `the input of step "pay"`; part of the message
  public String where() {
    return where;
  }
}
