-- For the container `postgres`, run by psql: passwords of the logins from its secrets, and the database. It does so at
-- its first start, after roles.sql; run it again when a password was changed.

\set owner `cat /run/secrets/kc_owner_password`
\set app `cat /run/secrets/kc_app_password`
\set backup `cat /run/secrets/kc_backup_password`

ALTER ROLE kc_owner PASSWORD :'owner';
ALTER ROLE kc_app PASSWORD :'app';
ALTER ROLE kc_backup PASSWORD :'backup';
SELECT 'CREATE DATABASE kc OWNER kc_owner' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'kc') \gexec
