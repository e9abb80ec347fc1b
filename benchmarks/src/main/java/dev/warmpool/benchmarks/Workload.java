package dev.warmpool.benchmarks;

/** A unit of work that is measured. */
enum Workload {
  READ("one read", 1) {
    @Override
    void run(Contender contender, int id) {
      contender.read(id);
    }
  },
  WRITE("one write", 1) {
    @Override
    void run(Contender contender, int id) {
      contender.write(id);
    }
  },
  FIVE("five writes", 2) {
    @Override
    void run(Contender contender, int id) {
      contender.fiveWrites(id);
    }
  },
  BATCH("five rows as a batch", 2) {
    @Override
    void run(Contender contender, int id) {
      contender.fiveRows(id);
    }
  },
  STREAM("10,000 rows read", 8) {
    @Override
    void run(Contender contender, int id) {
      if (contender.stream() != Sql.ROWS) {
        throw new IllegalStateException(contender.name() + " returned too few rows");
      }
    }
  };

  private final String title;
  private final int divisor;

  Workload(String title, int divisor) {
    this.title = title;
    this.divisor = divisor;
  }

  abstract void run(Contender contender, int id);

  String title() {
    return title;
  }

  /** How often this workload runs where the short ones run so often. */
  int share(int count) {
    return Math.max(1, count / divisor);
  }
}
