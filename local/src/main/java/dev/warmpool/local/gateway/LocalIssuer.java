package dev.warmpool.local.gateway;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.UUID;

/** Issues tokens for the demo tenants, signed with a key that only this process has. Immutable. */
public final class LocalIssuer {

  private static final int KEY_BITS = 2_048;
  private static final Duration LIFETIME = Duration.ofHours(12);
  private static final String AUDIENCE = "warmpool-local";

  private final RSAKey key;
  private final String issuer;
  private final String tenantClaim;
  private final Clock clock;

  /**
   * Creates an issuer with a new key.
   *
   * @param issuer value of the claim {@code iss}
   * @param tenantClaim name of the claim that holds the tenant
   */
  public LocalIssuer(String issuer, String tenantClaim) {
    this(issuer, tenantClaim, Clock.systemUTC());
  }

  LocalIssuer(String issuer, String tenantClaim, Clock clock) {
    this.issuer = issuer;
    this.tenantClaim = tenantClaim;
    this.clock = clock;
    try {
      this.key = new RSAKeyGenerator(KEY_BITS).keyID(UUID.randomUUID().toString()).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException("no RSA key can be generated", e);
    }
  }

  /** Creates an authorizer that accepts this issuer's tokens. */
  public JwtAuthorizer authorizer() {
    return new JwtAuthorizer(new JWKSet(key.toPublicJWK()), issuer, AUDIENCE, Clock.systemUTC());
  }

  /** Issues a token for a tenant, valid for 12 hours. */
  public String token(String tenant) {
    return sign(claims(tenant).build());
  }

  JWTClaimsSet.Builder claims(String tenant) {
    Instant now = clock.instant();
    return new JWTClaimsSet.Builder()
        .issuer(issuer)
        .audience(AUDIENCE)
        .subject("developer")
        .issueTime(Date.from(now))
        .notBeforeTime(Date.from(now))
        .expirationTime(Date.from(now.plus(LIFETIME)))
        .claim("scope", "read write users:read users:write users:clear")
        .claim(tenantClaim, tenant);
  }

  String sign(JWTClaimsSet claims) {
    try {
      SignedJWT token =
          new SignedJWT(
              new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID()).build(), claims);
      token.sign(new RSASSASigner(key));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }
}
