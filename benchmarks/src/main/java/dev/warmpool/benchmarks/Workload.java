package dev.warmpool.benchmarks;

/** What is measured. */
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
      contender.five(id);
    }
  },
  STREAM("10,000 rows", 40) {
    @Override
    void run(Contender contender, int id) {
      if (contender.stream() != Sql.ROWS) {
        throw new IllegalStateException(contender.name() + " lost rows");
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

  /** How many samples each contender gives at each distance. */
  int samples() {
    return samples;
  }
}
