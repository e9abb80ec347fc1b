package dev.warmpool.functions.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import org.junit.jupiter.api.Test;

class FailureTest {

  @Test
  void namesTheObjectThatTheDatabaseMissed() {
    Failure failure =
        Failure.of(new R2dbcBadGrammarException("relation \"users\" does not exist", "42P01"));
    assertThat(failure).isEqualTo(new Failure("relation \"users\" does not exist", "42P01"));
  }

  @Test
  void quotesNoValues() {
    Failure failure = Failure.of(new R2dbcDataIntegrityViolationException("(secret)", "23505"));
    assertThat(failure)
        .isEqualTo(
            new Failure("the database reported SQLSTATE 23505: the log has the details", "23505"));
    assertThat(Failure.of(new NullPointerException("secret")).reason())
        .isEqualTo("NullPointerException: the log has the details");
  }

  /** Messages of the session manager and of the functions are whole sentences. */
  @Test
  void keepsSentences() {
    assertThat(Failure.of(new IllegalStateException("V1 was changed")).text())
        .isEqualTo("V1 was changed");
    assertThat(new Failure("relation \"users\" does not exist", "42P01").text())
        .isEqualTo("42P01 relation \"users\" does not exist");
  }

  /** Queues refuse control characters in attributes. */
  @Test
  void isShortAndPlain() {
    assertThat(new Failure("a\u0000\nb" + "x".repeat(2_000), "").reason())
        .hasSize(1_000)
        .startsWith("a  bx");
  }
}
