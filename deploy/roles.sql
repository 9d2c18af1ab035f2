-- The roles of the wall. Run once by a superuser, in any database of the server; running it again changes
-- nothing that is right. Then give the logins their passwords and make the database:
--
--   psql -f deploy/roles.sql
--   psql -c '\password kc_owner' -c '\password kc_app' -c '\password kc_backup'
--   psql -c 'CREATE DATABASE kc OWNER kc_owner'

DO $$
DECLARE
    role text;
BEGIN
    FOREACH role IN ARRAY ARRAY['kc_owner', 'kc_app', 'kc_province', 'kc_nation', 'kc_guard', 'kc_backup'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
            EXECUTE format('CREATE ROLE %I', role);
        END IF;
    END LOOP;
END $$;

-- Owns the tables and migrates; CREATEDB for the test databases.
ALTER ROLE kc_owner LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION INHERIT CREATEDB;

-- The login of web, worker and beat. NOINHERIT: until a transaction has taken one of the next two roles it
-- sees nothing, and an inheriting member of both would see everything with nothing set.
ALTER ROLE kc_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION NOINHERIT NOCREATEDB;
-- A file is read with the eight tables around it, which PostgreSQL would try in every order: 9 ms of planning for 0.1 ms
-- of reading, again at every act. Six tables at a time take 1 ms and lead to the same plan.
ALTER ROLE kc_app SET join_collapse_limit = 6;
ALTER ROLE kc_province NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION NOCREATEDB;
ALTER ROLE kc_nation NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION NOCREATEDB;

-- Owns the functions that must see every row; reached through them alone.
ALTER ROLE kc_guard NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION NOCREATEDB;

-- Dumps the database, past the wall.
ALTER ROLE kc_backup LOGIN NOSUPERUSER BYPASSRLS NOCREATEROLE NOREPLICATION NOCREATEDB;
GRANT pg_read_all_data TO kc_backup;

-- PostgreSQL 16 keeps INHERIT with each membership; before, the attribute of kc_app above decides alone.
DO $$
DECLARE
    options text := CASE WHEN current_setting('server_version_num')::int >= 160000
                    THEN ' WITH INHERIT FALSE, SET TRUE' ELSE '' END;
BEGIN
    EXECUTE 'GRANT kc_province TO kc_app' || options;
    EXECUTE 'GRANT kc_nation TO kc_app' || options;
    -- Migrations hand functions over to kc_guard (ALTER FUNCTION ... OWNER TO) and must not see its rows.
    EXECUTE 'GRANT kc_guard TO kc_owner' || options;
END $$;
