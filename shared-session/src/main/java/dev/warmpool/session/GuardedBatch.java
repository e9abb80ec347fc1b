package dev.warmpool.session;

import io.r2dbc.spi.Batch;
import io.r2dbc.spi.Result;
import java.util.ArrayList;
import java.util.List;
import org.reactivestreams.Publisher;

/** Statements without values that are sent as one text. Confined to one caller. */
final class GuardedBatch implements Batch {

  private final SessionScope scope;
  private final List<String> texts = new ArrayList<>();

  GuardedBatch(SessionScope scope) {
    this.scope = scope;
  }

  @Override
  public Batch add(String sql) {
    texts.add(sql);
    return this;
  }

  @Override
  public Publisher<? extends Result> execute() {
    return scope.<Result>run(
        SqlStatement.results(String.join(";", texts), statement -> {}, scope::abort));
  }
}
