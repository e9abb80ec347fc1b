package dev.warmpool.session.internal.run;

import io.r2dbc.spi.Batch;
import io.r2dbc.spi.Result;
import java.util.ArrayList;
import java.util.List;
import org.reactivestreams.Publisher;

/** Sends statements without values as one text. Confined to one thread. */
final class GuardedBatch implements Batch {

  private final SessionStatements session;
  private final List<String> texts = new ArrayList<>();

  GuardedBatch(SessionStatements session) {
    this.session = session;
  }

  @Override
  public Batch add(String sql) {
    texts.add(GuardedStatement.required(sql));
    return this;
  }

  @Override
  public Publisher<? extends Result> execute() {
    return session.<Result>run(
        SqlStatement.results(
            String.join("\n;", texts), statement -> {}, GuardedResult.handedTo(session)));
  }
}
