package dev.warmpool.local.gateway;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * API Gateway's JWT authorizer: checks the signature against the issuer's keys, the claims {@code
 * iss}, {@code aud} (without it {@code client_id}), {@code exp}, {@code nbf} and {@code iat}, and
 * that the token has one of the route's scopes. Thread-safe.
 */
public final class JwtAuthorizer {

  private static final String SCHEME = "Bearer ";

  private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
  private final String issuer;
  private final String audience;
  private final Clock clock;

  JwtAuthorizer(JWKSet keys, String issuer, String audience, Clock clock) {
    this.issuer = issuer;
    this.audience = audience;
    this.clock = clock;
    processor.setJWSKeySelector(
        new JWSVerificationKeySelector<>(
            JWSAlgorithm.Family.RSA, new ImmutableJWKSet<SecurityContext>(keys)));
    // fault() checks the claims, with API Gateway's error descriptions.
    processor.setJWTClaimsSetVerifier((claims, context) -> {});
  }

  /**
   * The authorizer's decision on a request.
   *
   * @param refusal the response to a request that is refused; empty if it is allowed
   * @param claims claims of the token; empty if the request is refused
   * @param scopes all scopes of the token; empty if the route requires none
   */
  record Decision(
      Optional<GatewayResponse> refusal, Map<String, Object> claims, List<String> scopes) {}

  Decision check(@Nullable String header, List<String> scopes) {
    if (header == null) {
      return refused(401, "Unauthorized", "Bearer");
    }
    String token =
        header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
            ? header.substring(SCHEME.length()).strip()
            : header;
    try {
      JWTClaimsSet claims = processor.process(token, null);
      Optional<String> fault = fault(claims);
      if (fault.isPresent()) {
        return invalid(fault.get());
      }
      return allowed(claims, scopes);
    } catch (ParseException e) {
      return invalid("the token could not be parsed");
    } catch (BadJOSEException | JOSEException e) {
      return invalid("the token's signature or its key is unknown");
    }
  }

  private static Decision allowed(JWTClaimsSet claims, List<String> required) {
    if (required.isEmpty()) {
      return new Decision(Optional.empty(), claims.toJSONObject(), List.of());
    }
    List<String> granted = granted(claims);
    return required.stream().anyMatch(granted::contains)
        ? new Decision(Optional.empty(), claims.toJSONObject(), granted)
        : refused(403, "Forbidden", challenge("insufficient_scope", "the scope is missing"));
  }

  private Optional<String> fault(JWTClaimsSet claims) {
    Instant now = clock.instant();
    if (!issuer.equals(claims.getIssuer())) {
      return Optional.of("the token does not have a valid issuer");
    }
    if (!audience(claims).contains(audience)) {
      return Optional.of("the token does not have a valid audience");
    }
    if (claims.getExpirationTime() == null || !isAfter(claims.getExpirationTime(), now)) {
      return Optional.of("the token has expired");
    }
    return isAfter(claims.getNotBeforeTime(), now) || isAfter(claims.getIssueTime(), now)
        ? Optional.of("the token is not valid yet")
        : Optional.empty();
  }

  private static List<String> audience(JWTClaimsSet claims) {
    Object client = claims.getClaim("client_id");
    return !claims.getAudience().isEmpty() || client == null
        ? claims.getAudience()
        : List.of(client.toString());
  }

  private static boolean isAfter(@Nullable Date date, Instant now) {
    return date != null && date.toInstant().isAfter(now);
  }

  private static List<String> granted(JWTClaimsSet claims) {
    Object scope = claims.getClaim("scope");
    Object granted = scope == null ? claims.getClaim("scp") : scope;
    return granted instanceof List<?> list
        ? list.stream().map(String::valueOf).toList()
        : Arrays.asList(String.valueOf(granted).split(" "));
  }

  private static Decision invalid(String fault) {
    return refused(401, "Unauthorized", challenge("invalid_token", fault));
  }

  private static String challenge(String error, String description) {
    return "Bearer scope=\"\" error=\"%s\" error_description=\"%s\"".formatted(error, description);
  }

  private static Decision refused(int status, String message, String challenge) {
    GatewayResponse answer = GatewayResponse.message(status, message);
    answer.headers().set("www-authenticate", challenge);
    return new Decision(Optional.of(answer), Map.of(), List.of());
  }
}
