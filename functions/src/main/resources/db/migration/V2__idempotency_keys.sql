-- The answers given to requests with an Idempotency-Key, kept in the transaction of their work.
CREATE TABLE idempotency_keys (
  route text NOT NULL,
  key text NOT NULL,
  fingerprint text NOT NULL,
  answer text,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (route, key)
);

-- For the job that removes keys past their time.
CREATE INDEX idempotency_keys_expires_at ON idempotency_keys (expires_at);
