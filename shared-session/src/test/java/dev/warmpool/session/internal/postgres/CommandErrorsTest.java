package dev.warmpool.session.internal.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcPermissionDeniedException;
import io.r2dbc.spi.R2dbcRollbackException;
import io.r2dbc.spi.R2dbcTransientException;
import org.junit.jupiter.api.Test;

class CommandErrorsTest {

  @Test
  void areOfTheDriversClasses() {
    assertClass("40001", R2dbcRollbackException.class);
    assertClass("99999", R2dbcRollbackException.class);
    assertClass("40P01", R2dbcTransientException.class);
    assertClass("23503", R2dbcDataIntegrityViolationException.class);
    assertClass("22012", R2dbcBadGrammarException.class);
    assertClass("42501", R2dbcPermissionDeniedException.class);
    assertClass("08006", R2dbcNonTransientResourceException.class);
    assertClass("", R2dbcNonTransientResourceException.class);
  }

  private static void assertClass(String sqlState, Class<? extends R2dbcException> expected) {
    R2dbcException error = CommandErrors.of(sqlState, "message");

    assertThat(error).isInstanceOf(expected).hasMessage("message");
    assertThat(error.getSqlState()).isEqualTo(sqlState);
  }
}
