-- For the job that removes rows marked as deleted, which goes on behind the last row of its last batch:
-- any number of rows can have been marked at one moment.
CREATE INDEX users_deleted_at_id ON users (deleted_at, id) WHERE deleted_at IS NOT NULL;

DROP INDEX users_deleted_at;
