package com.example.orders;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.ScheduledEvent;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.lambda.SharedSessions;

/** Deletes old orders, once a day. Running it again does no harm. */
public final class PurgeOrdersHandler implements RequestHandler<ScheduledEvent, Long> {

  @Override
  public Long handleRequest(ScheduledEvent event, Context context) {
    return SharedSessions.blocking(context)
        .inSession(SessionOptions.standard(), session -> OrderQueries.purge(session, "P90D"));
  }
}
