package dev.warmpool.session;

import java.util.Map;
import org.junit.jupiter.api.Nested;

/** The matrix on direct connections: with the driver's statements kept or not, both bindings. */
class DirectLeftoversIT {

  @Nested
  class ByTransaction extends LeftoverMatrix {

    @Override
    Map<String, String> changes() {
      return Map.of();
    }
  }

  @Nested
  class ByStartup extends LeftoverMatrix {

    @Override
    Map<String, String> changes() {
      return Map.of("SCHEMA_BINDING", "startup");
    }
  }

  @Nested
  class ByTransactionWithStatements extends LeftoverMatrix {

    @Override
    Map<String, String> changes() {
      return Map.of("STATEMENT_CACHE", "20");
    }
  }

  @Nested
  class ByStartupWithStatements extends LeftoverMatrix {

    @Override
    Map<String, String> changes() {
      return Map.of("STATEMENT_CACHE", "20", "SCHEMA_BINDING", "startup");
    }
  }
}
