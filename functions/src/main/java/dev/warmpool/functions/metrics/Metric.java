package dev.warmpool.functions.metrics;

/** The metrics and their names in CloudWatch; docs/operating.md explains each. */
public enum Metric {
  /** Sessions that have ended. */
  SESSIONS("Sessions"),
  /** Connections that were opened to the server. */
  CONNECTIONS_OPENED("ConnectionsOpened"),
  /** Openings that met a dead connection and were sent again on another one. */
  REPLAYS("Replays"),
  /** Sessions that failed or were left, and were rolled back. */
  ROLLBACKS("Rollbacks"),
  /** Sessions that met their deadline. */
  DEADLINE_EXCEEDED("DeadlineExceeded"),
  /** Commits without an answer. */
  OUTCOMES_UNKNOWN("OutcomesUnknown"),
  /** Sessions that outlived their invocation. */
  STRAYS("Strays"),
  /** Invocations that were the first of their environment. */
  COLD_STARTS("ColdStarts"),
  /** Invocations that were the first after their environment was restored from a snapshot. */
  RESTORES("Restores");

  private final String title;
  private final String definition;

  Metric(String title) {
    this.title = title;
    this.definition = definition(title, "Count");
  }

  /**
   * A metric's name and unit, as an element of the embedded metric format with the comma behind it.
   */
  static String definition(String name, String unit) {
    return "{\"Name\":\"" + name + "\",\"Unit\":\"" + unit + "\"},";
  }

  /** Its name in CloudWatch. */
  public String title() {
    return title;
  }

  /** Its name and unit in the embedded metric format. */
  String definition() {
    return definition;
  }
}
