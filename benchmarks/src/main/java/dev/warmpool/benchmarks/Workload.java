package dev.warmpool.benchmarks;

/** A unit of work that is measured. */
enum Workload {
  READ("one read", 240) {
    @Override
    void run(Contender contender, int id) {
      contender.read(id);
    }
  },
  WRITE("one write", 240) {
    @Override
    void run(Contender contender, int id) {
      contender.write(id);
    }
  },
  FIVE("five writes", 120) {
    @Override
    void run(Contender contender, int id) {
      contender.fiveWrites(id);
    }
  },
  STREAM("10,000 rows", 40) {
    @Override
    void run(Contender contender, int id) {
      if (contender.stream() != Sql.ROWS) {
        throw new IllegalStateException(contender.name() + " returned too few rows");
      }
    }
  };

  private final String title;
  private final int samples;

  Workload(String title, int samples) {
    this.title = title;
    this.samples = samples;
  }

  abstract void run(Contender contender, int id);

  String title() {
    return title;
  }

  /** Samples of each contender at each round-trip time. */
  int samples() {
    return samples;
  }
}
