package dev.warmpool.benchmarks;

import static dev.warmpool.benchmarks.Workload.FIVE;
import static dev.warmpool.benchmarks.Workload.READ;
import static dev.warmpool.benchmarks.Workload.STREAM;
import static dev.warmpool.benchmarks.Workload.WRITE;

import java.util.Locale;
import java.util.Map;

/** Says what the driver alone takes, which no session on it can undercut. */
record Floor(Results results) {

  private static final String AUTOCOMMIT = "HikariCP, autocommit";
  private static final String ONE_FLIGHT = "Warmpool, one flight";

  String paragraph() {
    return "**What stands in the way**: " + flights() + " " + loopback() + " " + loads();
  }

  private String flights() {
    Place place = results.of(Place.SMALL, READ).isEmpty() ? Place.ONE : Place.SMALL;
    return text(
        "%s the R2DBC driver alone, on one open connection with a fixed schema and in autocommit, "
            + "takes %.2f of HikariCP's autocommit for one read and %.2f for one write; if it sends "
            + "the three messages of one flight (opening, statement, reset), %.2f and %.2f. One "
            + "flight takes %.2f and %.2f of the driver with these messages.",
        place.title(),
        ratio(place, READ, DriverAlone.NAME, AUTOCOMMIT),
        ratio(place, WRITE, DriverAlone.NAME, AUTOCOMMIT),
        ratio(place, READ, DriverMessages.NAME, AUTOCOMMIT),
        ratio(place, WRITE, DriverMessages.NAME, AUTOCOMMIT),
        ratio(place, READ, ONE_FLIGHT, DriverMessages.NAME),
        ratio(place, WRITE, ONE_FLIGHT, DriverMessages.NAME));
  }

  private String loopback() {
    return text(
        "On loopback the driver alone takes %.2f of r2dbc-pool for five writes in a transaction, and "
            + "for 10,000 rows read %.2f of r2dbc-pool and %.2f of HikariCP; Warmpool takes %.2f and "
            + "%.2f of the driver alone.",
        ratio(Place.LOOPBACK, FIVE, DriverAlone.NAME, "r2dbc-pool"),
        ratio(Place.LOOPBACK, STREAM, DriverAlone.NAME, "r2dbc-pool"),
        ratio(Place.LOOPBACK, STREAM, DriverAlone.NAME, "HikariCP"),
        ratio(Place.LOOPBACK, FIVE, "Warmpool", DriverAlone.NAME),
        ratio(Place.LOOPBACK, STREAM, "Warmpool", DriverAlone.NAME));
  }

  private String loads() {
    Map<String, Samples> copies = ManyRows.of(results, Place.LOOPBACK, RowLoads.COPIES);
    Map<String, Samples> many = ManyRows.of(results, Place.LOOPBACK, RowLoads.MANY);
    return text(
        "For 10,000 rows inserted there, the driver alone takes %.2f of `unnest` in a session, and "
            + "its COPY %.2f of pgjdbc's CopyManager.",
        ratio(many, RowLoads.DRIVER_UNNEST, RowLoads.UNNESTED),
        ratio(copies, RowLoads.DRIVER_COPY, RowLoads.COPY_MANAGER));
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  private double ratio(Place place, Workload workload, String one, String other) {
    return ratio(results.of(place, workload), one, other);
  }

  private static double ratio(Map<String, Samples> samples, String one, String other) {
    return samples.get(one).median() / samples.get(other).median();
  }
}
