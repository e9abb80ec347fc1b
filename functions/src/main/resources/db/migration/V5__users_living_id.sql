-- For the list of users, which would otherwise read every row that is marked as deleted on its way.
CREATE INDEX users_living_id ON users (id) WHERE deleted_at IS NULL;
