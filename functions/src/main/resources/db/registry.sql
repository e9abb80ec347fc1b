-- The tables that belong to no tenant. Migrate executes this file if the registry is missing or was
-- made by another version of this file: each statement can be repeated, and a column added later
-- needs an ALTER TABLE … ADD COLUMN IF NOT EXISTS of its own.
CREATE SCHEMA IF NOT EXISTS warmpool;

CREATE TABLE IF NOT EXISTS warmpool.tenants (
  schema_name text PRIMARY KEY,
  version int NOT NULL,
  migrated_at timestamptz NOT NULL DEFAULT now()
);

-- The hash of the applied scripts: a script that was changed since gives another one.
ALTER TABLE warmpool.tenants ADD COLUMN IF NOT EXISTS scripts text;

-- One row for each run whose tenants were sent to a queue.
CREATE TABLE IF NOT EXISTS warmpool.job_runs (
  id uuid PRIMARY KEY,
  job text NOT NULL,
  parameters text NOT NULL,
  tenants int NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now(),
  sent_at timestamptz
);

-- For the deletion of old runs.
CREATE INDEX IF NOT EXISTS job_runs_started_at ON warmpool.job_runs (started_at);

-- One row for each tenant of a run. A tenant that failed or was busy is done if a later message
-- brings it to its end.
CREATE TABLE IF NOT EXISTS warmpool.job_run_tenants (
  run_id uuid NOT NULL REFERENCES warmpool.job_runs ON DELETE CASCADE,
  tenant text NOT NULL,
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'done', 'failed', 'busy')),
  deleted bigint NOT NULL DEFAULT 0,
  batches int NOT NULL DEFAULT 0,
  attempts int NOT NULL DEFAULT 0,
  error text,
  ended_at timestamptz,
  PRIMARY KEY (run_id, tenant)
);
