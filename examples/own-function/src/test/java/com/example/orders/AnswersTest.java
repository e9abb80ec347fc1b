package com.example.orders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Errors as the caller sees them. */
class AnswersTest {

  @Test
  void namesWhereToLookWhenTheOutcomeIsUnknown() {
    UUID id = UUID.randomUUID();

    APIGatewayV2HTTPResponse answer = Answers.unknown(id);

    assertEquals(500, answer.getStatusCode());
    assertEquals("/orders/" + id, answer.getHeaders().get("location"));
  }

  @Test
  void passesOnWhatItDoesNotExpect() {
    RuntimeException error = new IllegalStateException("a fault of the program");

    assertSame(error, assertThrows(IllegalStateException.class, () -> Answers.of(error)));
  }
}
