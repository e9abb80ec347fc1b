package dev.warmpool.local.gateway;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Makes tokens with claims, signatures and algorithms that differ from the issuer's own. */
public final class ForgedTokens {

  private static final String TENANT = "shop";

  private final LocalIssuer issuer;

  public ForgedTokens(LocalIssuer issuer) {
    this.issuer = issuer;
  }

  /** Changes the claims of a valid token. */
  @FunctionalInterface
  public interface Change extends UnaryOperator<JWTClaimsSet.Builder> {}

  /** A token with changed claims and the issuer's signature. */
  public String signed(Change change) {
    return issuer.sign(change.apply(issuer.claims(TENANT)).build());
  }

  /** Tokens that the authorizer must refuse, by what is wrong with them. */
  public Map<String, String> refused() {
    String valid = issuer.token(TENANT);
    String[] parts = valid.split("\\.");
    Map<String, String> tokens = new LinkedHashMap<>();
    tokens.put("empty", "");
    tokens.put("not a token", "a.b.c");
    tokens.put("another tenant behind the signature", parts[0] + "." + other() + "." + parts[2]);
    tokens.put("another signature", valid.substring(0, valid.length() - 8) + "AAAAAAAA");
    tokens.put("no signature", parts[0] + "." + parts[1] + ".");
    tokens.put("no third part", parts[0] + "." + parts[1]);
    tokens.put("alg none", new PlainJWT(issuer.claims(TENANT).build()).serialize());
    tokens.put("alg none with a signature", none() + "." + parts[1] + "." + parts[2]);
    tokens.put("alg HS256 with the key id as the secret", symmetric(parts[0]));
    tokens.put("another issuer's key", foreign().token(TENANT));
    tokens.put("expired", signed(token -> token.expirationTime(inSeconds(-1))));
    tokens.put("without an end", signed(token -> token.expirationTime(null)));
    tokens.put("not valid yet", signed(token -> token.notBeforeTime(inSeconds(60))));
    tokens.put("wrong audience", signed(token -> token.audience("other")));
    tokens.put("no audience", signed(token -> token.audience((String) null)));
    tokens.put("wrong issuer", signed(token -> token.issuer("https://other.example")));
    tokens.put("no issuer", signed(token -> token.issuer(null)));
    return tokens;
  }

  private String other() {
    return encoded(issuer.claims("other").build().toString());
  }

  private static String none() {
    return encoded("{\"alg\":\"none\"}");
  }

  private LocalIssuer foreign() {
    return new LocalIssuer(issuer.claims(TENANT).build().getIssuer(), "tenant");
  }

  private String symmetric(String header) {
    try {
      SignedJWT token =
          new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), issuer.claims(TENANT).build());
      token.sign(new MACSigner(header.getBytes(StandardCharsets.UTF_8)));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String encoded(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Date inSeconds(int seconds) {
    return Date.from(Instant.now(Clock.systemUTC()).plusSeconds(seconds));
  }
}
