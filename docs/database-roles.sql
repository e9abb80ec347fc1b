-- The two roles of the functions, and their rights in the database that this runs in. The owner of
-- the database runs it once, on RDS the master user: psql -d warmpool -f docs/database-roles.sql
-- With other values of PostgresUser and MigrateUser, replace both names first. It can be repeated.
-- The functions' own role reads and writes rows. It inherits nothing and changes no schema. Migrate
-- itself takes back the right to write its own tables, warmpool.tenants and each schema_history.
DO $$ BEGIN CREATE ROLE warmpool LOGIN NOINHERIT; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
-- The role of Migrate owns the schemas and their tables.
DO $$ BEGIN CREATE ROLE warmpool_migrate LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
-- RDS accepts IAM tokens from members of rds_iam. Other servers have no such role.
DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'rds_iam') THEN GRANT rds_iam TO warmpool, warmpool_migrate; END IF; END $$;
GRANT warmpool_migrate TO CURRENT_USER;
-- A role of another program that connects to this database needs a GRANT CONNECT of its own afterwards.
DO $$ BEGIN EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database()); END $$;
DO $$ BEGIN EXECUTE format('GRANT CONNECT ON DATABASE %I TO warmpool', current_database()); END $$;
DO $$ BEGIN EXECUTE format('GRANT CONNECT, CREATE ON DATABASE %I TO warmpool_migrate', current_database()); END $$;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE warmpool_migrate GRANT USAGE ON SCHEMAS TO warmpool;
ALTER DEFAULT PRIVILEGES FOR ROLE warmpool_migrate GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO warmpool;
ALTER DEFAULT PRIVILEGES FOR ROLE warmpool_migrate GRANT USAGE ON SEQUENCES TO warmpool;
