package dev.warmpool.functions;

/** Inputs that parsers and validators often handle wrongly, for {@link Mutations}. */
final class OddInputs {

  /** For names and values of parameters, headers and members. */
  static final String[] TEXTS = {
    "",
    " ",
    "\u0000",
    "a\u0000b",
    "\ud800",
    "\udc00x",
    "a\n",
    "\u202e",
    "\ufeff",
    "😀".repeat(201),
    "x".repeat(300),
    "a@" + "b.".repeat(3_000) + "c",
    "%00",
    "../..",
    "-1",
    "0",
    "007",
    "+1",
    "1.0",
    "1e3",
    "9223372036854775807",
    "9223372036854775808",
    "9".repeat(50),
    "NaN",
    "null",
    "true",
    "[]",
    "{}",
    "'; DROP TABLE users; --",
    "a,b",
    "1,2",
    "\"1\"",
    "W/\"1\"",
    "application/json",
    "application/json; charset=utf-16",
    "text/plain",
    "application/JSON ;charset=\"UTF-8\""
  };

  /** For request bodies. */
  static final String[] BODIES = {
    "",
    " ",
    "null",
    "1",
    "\"x\"",
    "[]",
    "{",
    "{}",
    "{}{}",
    "nul",
    "NaN",
    "{\"ids\":[1e400]}",
    "{\"ids\":[1e300,1.0,-0.0,1.5,1E2]}",
    "{\"ids\":[99999999999999999999]}",
    "{\"ids\":1}",
    "{\"ids\":[null,true,\"1\",[],{}]}",
    "{\"a\":1,\"a\":2}",
    "{\"email\":\"a@b\",\"name\":\"\\ud800\"}",
    "{\"email\":\"a@b\",\"name\":\"\\u0000\"}",
    "{\"email\":\"a@b\\n\",\"name\":\"x\\n\"}",
    "{\"email\":null,\"name\":null}",
    "{\"\\ud800\":1}",
    "{\"a/b~c\":1,\"\":2,\"\\u0000\":3}",
    "{\"name\":\"\\u3000\\u2003\"}",
    "\ufeff{}",
    "{\"ids\":[" + "1,".repeat(1_000) + "1]}",
    "{\"ids\":[" + "9".repeat(1_001) + "]}",
    "{'ids':[1]}",
    "{\"ids\":[1],}",
    "//\n{}"
  };

  private OddInputs() {}
}
