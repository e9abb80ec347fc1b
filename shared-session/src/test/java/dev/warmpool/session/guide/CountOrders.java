package dev.warmpool.session.guide;

import dev.warmpool.session.Deadline;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.credentials.Passwords;
import dev.warmpool.session.manager.SessionManagers;
import dev.warmpool.session.settings.SessionSettings;
import java.time.Duration;

public final class CountOrders {

  public static void main(String[] arguments) {
    SessionSettings settings = SessionSettings.from(System.getenv());
    SessionManager manager = SessionManagers.create(settings, Passwords.from(settings));
    try {
      SessionOptions options = SessionOptions.until(Deadline.after(Duration.ofSeconds(30)));
      Long orders =
          manager
              .blocking()
              .inSession(
                  options.readOnly(),
                  session ->
                      session
                          .query("SELECT count(*) FROM orders", row -> row.get(0, Long.class))
                          .one());
      System.out.println(orders);
    } finally {
      manager.await(manager.close(Duration.ofSeconds(1)), Duration.ofSeconds(2));
    }
  }
}
