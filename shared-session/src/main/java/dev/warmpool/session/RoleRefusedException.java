package dev.warmpool.session;

/**
 * The server did not let the session take its role: the role does not exist, or the login role is
 * not a member of it. No statement has run.
 */
public final class RoleRefusedException extends SessionException {

  private static final long serialVersionUID = 1L;

  private final String role;

  /**
   * Creates the exception.
   *
   * @param role that was refused
   * @param reason why, and what to do
   * @param cause the server's error
   */
  public RoleRefusedException(String role, String reason, Throwable cause) {
    super("role '" + role + "' " + reason, cause);
    this.role = role;
  }

  /** The role's name. */
  public String role() {
    return role;
  }
}
