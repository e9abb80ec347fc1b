package dev.warmpool.local.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class JwtAuthorizerTest {

  private static final LocalIssuer ISSUER = new LocalIssuer("http://issuer", "tenant");
  private static final JwtAuthorizer AUTHORIZER = ISSUER.authorizer();

  private static String token(UnaryOperator<JWTClaimsSet.Builder> change) {
    return ISSUER.sign(change.apply(ISSUER.claims("demo")).build());
  }

  private static Date inSeconds(int seconds) {
    return Date.from(Instant.now(Clock.systemUTC()).plusSeconds(seconds));
  }

  private static JwtAuthorizer.Decision check(String token, String... scopes) {
    return AUTHORIZER.check("Bearer " + token, List.of(scopes));
  }

  private static void refused(String token, String reason) {
    GatewayResponse refusal = check(token).refusal().orElseThrow();
    assertThat(refusal.status()).isEqualTo(401);
    assertThat(refusal.headers().getFirst("www-authenticate")).contains(reason);
  }

  @Test
  void acceptsItsIssuersTokens() {
    JwtAuthorizer.Decision decision = check(ISSUER.token("demo"));
    assertThat(decision.refusal()).isEmpty();
    assertThat(decision.claims()).containsEntry("tenant", "demo").containsKey("iat");
    assertThat(AUTHORIZER.check(ISSUER.token("demo"), List.of()).refusal())
        .as("without the scheme")
        .isEmpty();
  }

  @Test
  void acceptsAClientIdAsTheAudience() {
    assertThat(
            check(
                    token(
                        claims ->
                            claims.audience((String) null).claim("client_id", "warmpool-local")))
                .refusal())
        .isEmpty();
  }

  @Test
  void refusesAForeignOrExpiredToken() {
    refused(token(claims -> claims.issuer("http://other")), "valid issuer");
    refused(token(claims -> claims.audience("other")), "valid audience");
    refused(token(claims -> claims.expirationTime(inSeconds(-1))), "expired");
    refused(token(claims -> claims.expirationTime(null)), "expired");
    refused(token(claims -> claims.notBeforeTime(inSeconds(60))), "not valid yet");
    refused(token(claims -> claims.issueTime(inSeconds(60))), "not valid yet");
  }

  @Test
  void refusesAnotherSignature() {
    refused(new LocalIssuer("http://issuer", "tenant").token("demo"), "signature");
    refused(new PlainJWT(ISSUER.claims("demo").build()).serialize(), "signature");
    String token = ISSUER.token("demo");
    refused(token.substring(0, token.length() - 8) + "AAAAAAAA", "signature");
    refused("a.b.c", "parsed");
    refused("", "parsed");
  }

  @Test
  void requiresOneOfTheScopes() {
    assertThat(check(ISSUER.token("demo"), "admin", "write").refusal()).isEmpty();
    assertThat(
            check(
                    token(claims -> claims.claim("scope", null).claim("scp", List.of("admin"))),
                    "admin")
                .refusal())
        .isEmpty();
    GatewayResponse refusal = check(ISSUER.token("demo"), "admin").refusal().orElseThrow();
    assertThat(refusal.status()).isEqualTo(403);
    assertThat(refusal.headers().getFirst("www-authenticate")).contains("insufficient_scope");
  }
}
