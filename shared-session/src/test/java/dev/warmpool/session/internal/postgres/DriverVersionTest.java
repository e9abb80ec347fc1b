package dev.warmpool.session.internal.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;

/** The check of the driver's version by its classes. */
class DriverVersionTest {

  @Test
  void acceptsTheDriverOfThisBuild() {
    assertThatCode(DriverVersion::require).doesNotThrowAnyException();
  }

  /** A connection that does not implement {@code Wrapped}, as up to 1.0.6. */
  @Test
  void recognizesAnOldDriverByItsConnectionClass() {
    assertThat(DriverVersion.isNewEnough("java.lang.Object")).isFalse();
    assertThat(DriverVersion.isNewEnough("relocated.PostgresqlConnection")).isTrue();
  }

  @Test
  void namesTheVersionFoundAndTheVersionNeeded() {
    assertThat(DriverVersion.tooOld("1.0.2.RELEASE"))
        .isEqualTo(
            "r2dbc-postgresql 1.0.2.RELEASE is on the class path, and sessions need 1.0.7 or later:"
                + " raise r2dbc-postgresql.version, or use Spring Boot 3.2 or later");
  }
}
