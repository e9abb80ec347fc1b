package dev.warmpool.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** Writes the results as a page: what was found, a chart and tables. */
final class Report {

  private static final String BASE = "Warmpool";

  private static final String MANY_ROWS =
      """

      ## Many rows inserted

      Each way is one transaction on a table that is empty before it. psql runs all the time and \
      reads from a pipe; it is left out where it is not installed. A batch of 10,000 rows goes as \
      ten statements with arrays of up to 1,024 rows, a round trip each; one of 5 rows as a \
      statement of five rows. `mvn -Pbenchmarks -Dbenchmark=ManyRows` repeats this part alone, \
      twice as often.

      %s""";

  private final Results results;
  private final String postgres;
  private final String small;

  Report(Results results, String postgres, String small) {
    this.results = results;
    this.postgres = postgres;
    this.small = small;
  }

  void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("benchmarks.md"), page());
    Files.writeString(folder.resolve("benchmarks.svg"), new Chart(results).svg());
  }

  private String page() {
    StringBuilder page = new StringBuilder();
    page.append(
        """
        # Benchmarks

        %s

        ![p50 at 1 ms, on whole cores and on a part of one](benchmarks.svg)

        Written by `mvn -Pbenchmarks` in one run, in which the contenders take turns. %s %s

        Every contender has a pool of 4 connections. Times are in milliseconds, for one unit of work \
        as a blocked caller measures it. The ratio is Warmpool's p50 divided by the contender's: \
        below 1, Warmpool is faster. A proxy adds the latency between client and server by delaying \
        each packet by half of it; on loopback there is no proxy.

        - **Warmpool**: a session, awaited by `SessionManager.await`; *one flight* is \
        `manager.execute` and `manager.query`. It keeps prepared statements only with \
        `STATEMENT_CACHE`, the others always.
        - **HikariCP** with pgjdbc: a transaction with `SET LOCAL search_path`; with *fixed schema* a \
        transaction that finds the schema by the connection's own search path, as a program with one \
        tenant may; with *autocommit* each statement by itself on a fixed schema, so that its five \
        writes are no unit.
        - **Vert.x**: a transaction on a fixed schema, or with *autocommit* each statement by itself. \
        It pipelines: its five writes do not wait for each other, and callers with *autocommit* share \
        connections.
        - **Driver alone**: one open connection of the R2DBC driver on a fixed schema, each statement \
        by itself, five writes in a transaction; with *our messages* it sends the opening in front \
        of the statement and the reset behind it, as one flight does. Its callers wait as \
        Warmpool's do.
        - **r2dbc-pool** and **Spring**: connection validated, transaction, `SET LOCAL \
        search_path`. Callers wait in `block`.
        - **SQLAlchemy**: in a process of its own, which measures the times; a session takes seven \
        round trips from version 2.0 on and five before.
        - **Five writes** are five `INSERT`s one after another; **five rows as a batch** are the \
        same by `session.batch`, `addBatch` (rewritten by pgjdbc), `executeBatch`, `add()` or a \
        list. Spring has nothing of the kind.
        """
            .formatted(new Findings(results).paragraphs(), machine(), small));
    for (Place place : Place.values()) {
      place(page, place);
    }
    callers(page);
    allocated(page);
    page.append(MANY_ROWS.formatted(ManyRows.table(results)));
    return page.toString();
  }

  private String machine() {
    return "Java %s, PostgreSQL %s, %d cores, %s."
        .formatted(
            Runtime.version(),
            postgres,
            Runtime.getRuntime().availableProcessors(),
            System.getProperty("os.arch"));
  }

  private void place(StringBuilder page, Place place) {
    if (results.of(place, Workload.READ).isEmpty()) {
      return;
    }
    page.append("\n## %s\n\n".formatted(place.heading()));
    page.append("| case | contender | p50 | mean | p99 | ratio |\n|---|---|---|---|---|---|\n");
    for (Workload workload : Workload.values()) {
      rows(page, workload, results.of(place, workload));
    }
  }

  private static void rows(StringBuilder page, Workload workload, Map<String, Samples> contenders) {
    double base = contenders.get(BASE).median();
    contenders.forEach(
        (name, samples) ->
            page.append(
                String.format(
                    Locale.ROOT,
                    "| %s | %s | %.2f | %.2f | %.2f | %.2f |\n",
                    workload.title(),
                    name,
                    samples.median(),
                    samples.mean(),
                    samples.percentile(0.99),
                    base / samples.median())));
  }

  private void callers(StringBuilder page) {
    page.append(
        """

        ## 32 callers of one pool of 4 connections, at 1 ms, one write per session

        The processor time is the client process's, in all its threads.

        | contender | sessions per second | processor time of a session in µs |
        |---|---|---|
        """);
    Map<String, Samples> times = results.of(Results.CALLERS, Results.PROCESSOR_MICROS);
    results
        .of(Results.CALLERS, Results.PER_SECOND)
        .forEach(
            (name, rate) ->
                page.append(
                    String.format(
                        Locale.ROOT,
                        "| %s | %,.0f | %,.0f |\n",
                        name,
                        rate.median(),
                        times.get(name).median())));
  }

  private void allocated(StringBuilder page) {
    page.append("\n## Bytes allocated for one write, in all threads\n\n");
    page.append("| contender | bytes |\n|---|---|\n");
    results
        .of(Results.ALLOCATED, Results.ALLOCATED)
        .forEach(
            (name, bytes) ->
                page.append(String.format(Locale.ROOT, "| %s | %,.0f |\n", name, bytes.median())));
  }
}
