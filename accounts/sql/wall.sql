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

-- A row points to headers of its own tenant or of none; a row of the nation may point to any, one of a consortium to
-- those of its provinces (a department's list names files of its own and such as it shares).
-- Arguments: header table, name of the key column.
CREATE OR REPLACE FUNCTION kc_header_of_tenant() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  foreign_header boolean;
BEGIN
  IF NEW.tenant_id IS NOT NULL THEN
    EXECUTE format('SELECT tenant_id <> $1 AND NOT EXISTS (
        SELECT FROM accounts_consortium c
        JOIN accounts_consortiumprovince m ON m.consortium_id = c.id
        JOIN accounts_province p ON p.id = m.province_id
        WHERE c.tenant_id = $1 AND p.tenant_id = header.tenant_id) FROM %I header WHERE id = $2', TG_ARGV[0])
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

-- The tenant of a consortium: found by its set of provinces and its unit, else made. Only for one of its members, by a
-- position of it; the lock lets two who begin at once find the same.
CREATE OR REPLACE FUNCTION kc_consortium(provinces bigint[], for_unit bigint, by_position bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  writes bigint[] := NULLIF(current_setting('kc.write_tenants', true), '')::bigint[];
  name text;
  found_tenant bigint;
  made bigint;
BEGIN
  IF cardinality(provinces) < (CASE WHEN for_unit IS NULL THEN 2 ELSE 1 END)
     OR (SELECT count(*) FROM accounts_province WHERE id = ANY (provinces)) <> cardinality(provinces)
     OR NOT EXISTS (
       SELECT FROM accounts_position a JOIN accounts_organisation o ON o.id = a.organisation_id
       WHERE a.id = by_position AND o.tenant_id = ANY (writes)
         AND CASE WHEN for_unit IS NULL THEN o.kind = 'CENTRE' AND o.province_id = ANY (provinces)
             ELSE o.id = for_unit AND o.kind IN ('REGIONAL_CENTRE', 'SERVICE_ORGANISATION') END) THEN
    RAISE EXCEPTION 'kc_consortium: no member of this consortium' USING ERRCODE = 'insufficient_privilege';
  END IF;
  SELECT string_agg(p::text, '-' ORDER BY p) || coalesce('+' || for_unit, '') INTO name FROM unnest(provinces) p;
  PERFORM pg_advisory_xact_lock(hashtextextended('consortium ' || name, 0));
  SELECT tenant_id INTO found_tenant FROM accounts_consortium WHERE key = name;
  IF found_tenant IS NULL THEN
    INSERT INTO accounts_tenant (kind, name) VALUES ('CONSORTIUM', 'Hồ sơ chung ' || md5(name))
      RETURNING id INTO found_tenant;
    INSERT INTO accounts_consortium (tenant_id, key, unit_id, begun_by_id, begun_at)
      VALUES (found_tenant, name, for_unit, by_position, now()) RETURNING id INTO made;
    INSERT INTO accounts_consortiumprovince (consortium_id, province_id) SELECT made, p FROM unnest(provinces) p;
  END IF;
  RETURN found_tenant;
END $$;
REVOKE ALL ON FUNCTION kc_consortium(bigint[], bigint, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kc_consortium(bigint[], bigint, bigint) TO kc_province;

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
