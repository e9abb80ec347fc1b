-- The resource that a stored answer is about, by which the answer is erased with the resource.
ALTER TABLE idempotency_keys ADD COLUMN location text
  GENERATED ALWAYS AS (substring(answer FROM '"location":"([^"\\]*)"')) STORED;

CREATE INDEX idempotency_keys_location ON idempotency_keys (location);
