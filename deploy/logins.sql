-- For the first start of the container `postgres`, after roles.sql: passwords of the logins from its secrets, and the
-- database. Run by psql.

\set owner `cat /run/secrets/kc_owner_password`
\set app `cat /run/secrets/kc_app_password`
\set backup `cat /run/secrets/kc_backup_password`

ALTER ROLE kc_owner PASSWORD :'owner';
ALTER ROLE kc_app PASSWORD :'app';
ALTER ROLE kc_backup PASSWORD :'backup';
CREATE DATABASE kc OWNER kc_owner;
