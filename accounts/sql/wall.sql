-- Trigger functions of the wall. They belong to kc_guard, who sees every row; accounts/wall.py attaches them.
-- pg_temp stands last in their paths: nobody slips them a table of his own under a known name.
SET LOCAL ROLE kc_guard;

-- A row of a file takes the flags of the row it belongs to, whatever the statement says.
-- Arguments: parent table, name of the key column.
CREATE OR REPLACE FUNCTION kc_flags_of_parent() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  flags record;
BEGIN
  EXECUTE format('SELECT sent_to_nation, nation_writes FROM %I WHERE id = $1', TG_ARGV[0])
    INTO flags USING (to_jsonb(NEW) ->> TG_ARGV[1])::bigint;
  IF flags IS NOT NULL THEN
    NEW.sent_to_nation := flags.sent_to_nation;
    NEW.nation_writes := flags.nation_writes;
  END IF;
  RETURN NEW;
END $$;

-- A row points to headers of its own tenant or of none; a row of the nation may point to any.
-- Arguments: header table, name of the key column.
CREATE OR REPLACE FUNCTION kc_header_of_tenant() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  foreign_header boolean;
BEGIN
  IF NEW.tenant_id IS NOT NULL THEN
    EXECUTE format('SELECT tenant_id <> $1 FROM %I WHERE id = $2', TG_ARGV[0])
      INTO foreign_header USING NEW.tenant_id, (to_jsonb(NEW) ->> TG_ARGV[1])::bigint;
    IF foreign_header THEN
      RAISE EXCEPTION '%.% points to a row of another tenant', TG_TABLE_NAME, TG_ARGV[1]
        USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'header_of_tenant';
    END IF;
  END IF;
  RETURN NEW;
END $$;

-- Whose a row is, and what the nation may do with it, follows from what is done with its file (kc_send_file, a merger);
-- a position changes neither, not even of its own rows.
CREATE OR REPLACE FUNCTION kc_keeps_place() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF current_user NOT IN ('kc_guard', 'kc_owner') THEN
    RAISE EXCEPTION 'tenant and flags of % are not changed by a position', TG_TABLE_NAME
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;

-- The nation adds no row to a province, but such as belong to a file and take its flags: nation_writes of a new row is
-- what its writer says.
CREATE OR REPLACE FUNCTION kc_at_home() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF current_user = 'kc_nation' AND NEW.tenant_id IS NOT NULL
     AND NOT EXISTS (SELECT FROM accounts_tenant WHERE id = NEW.tenant_id AND kind = 'NATIONAL') THEN
    RAISE EXCEPTION 'the nation adds no row of % to a province', TG_TABLE_NAME
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;

-- The tenant of a unit that went into another (accounts_tenant.ended_on, set by a change of organisations) gets no new
-- row: who was still at work in its name when that happened begins anew in the successor's.
CREATE OR REPLACE FUNCTION kc_tenant_lives() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF current_user IN ('kc_province', 'kc_nation')
     AND EXISTS (SELECT FROM accounts_tenant WHERE id = NEW.tenant_id AND ended_on IS NOT NULL) THEN
    RAISE EXCEPTION 'the unit of tenant % has ended', NEW.tenant_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'tenant_ended';
  END IF;
  RETURN NEW;
END $$;

-- What is written in the name of a body, one of its own side writes. Argument: name of the key column.
CREATE OR REPLACE FUNCTION kc_own_body() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF current_user IN ('kc_province', 'kc_nation') AND NOT EXISTS (
      SELECT FROM accounts_organisation o JOIN accounts_tenant t ON t.id = o.tenant_id
      WHERE o.id = (to_jsonb(NEW) ->> TG_ARGV[0])::bigint
        AND CASE current_user WHEN 'kc_nation' THEN t.kind = 'NATIONAL'
            ELSE t.id = ANY (NULLIF(current_setting('kc.write_tenants', true), '')::bigint[]) END) THEN
    RAISE EXCEPTION '%.% is a body of others', TG_TABLE_NAME, TG_ARGV[0]
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;

-- Append-only rows: nothing changes but the flags of the wall and the tenant, and those only by kc_guard.
CREATE OR REPLACE FUNCTION kc_append_only() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND current_user = 'kc_guard'
     AND to_jsonb(NEW) - '{tenant_id,sent_to_nation,nation_writes}'::text[]
       = to_jsonb(OLD) - '{tenant_id,sent_to_nation,nation_writes}'::text[] THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'append-only table %', TG_TABLE_NAME
    USING ERRCODE = 'check_violation', CONSTRAINT = 'append_only';
END $$;
RESET ROLE;
