-- Notices cross the wall in one direction: who acts writes them, only the reader's side reads them. These two functions
-- are that slit; they belong to kc_guard, who sees every row.
GRANT SELECT ON notices_reader TO kc_guard;
GRANT INSERT ON notices_urgent TO kc_guard;
SET LOCAL ROLE kc_guard;

-- Write notices: [{"position", "kind", "label", …}]. A row takes its tenant from its reader's body. Positions of a
-- province tell their own, the nation, and those with whom they share files, never another province: what is for
-- others is left out.
CREATE OR REPLACE FUNCTION kc_notify(jsonb) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH told AS (
    SELECT n.*, p.person_id, o.tenant_id, t.kind = 'NATIONAL' AS national, r.choices -> n.kind AS choice
    FROM jsonb_to_recordset($1) AS n(
      "position" bigint, kind text, label text, task text, code text, count int, url text, due date, actor text,
      key text, covers jsonb)
    JOIN accounts_position p ON p.id = n."position" AND p.person_id IS NOT NULL
    JOIN accounts_organisation o ON o.id = p.organisation_id
    JOIN accounts_tenant t ON t.id = o.tenant_id
    LEFT JOIN notices_reader r ON r.person_id = p.person_id
    WHERE NULLIF(current_setting('kc.write_tenants', true), '') IS NULL
      OR t.kind = 'NATIONAL'
      OR o.tenant_id = ANY (NULLIF(current_setting('kc.write_tenants', true), '')::bigint[])
      OR EXISTS (SELECT FROM accounts_consortium c
        LEFT JOIN accounts_consortiumprovince m ON m.consortium_id = c.id
        LEFT JOIN accounts_province s ON s.id = m.province_id
        LEFT JOIN accounts_organisation u ON u.id = c.unit_id
        WHERE c.tenant_id = ANY (NULLIF(current_setting('kc.write_tenants', true), '')::bigint[])
          AND o.tenant_id IN (s.tenant_id, u.tenant_id))
  ), written AS (
    INSERT INTO notices_notice (tenant_id, sent_to_nation, nation_writes, position_id, kind, label, task, code, count,
      url, due, actor, key, covers, quiet, created_at)
    SELECT tenant_id, national, national, "position", kind, label, task, code, count,
      url, due, actor, key, covers, NOT COALESCE((choice ->> 'bell')::boolean, true), now()
    FROM told ORDER BY "position"
    ON CONFLICT DO NOTHING
    RETURNING position_id, kind
  )
  INSERT INTO notices_urgent (person_id)
  SELECT DISTINCT told.person_id FROM told JOIN written ON written.position_id = told."position"
    AND written.kind = told.kind
  WHERE told.choice ->> 'mail' = 'NOW';
$$;

-- Who said of which of these files that he follows it, or no longer does.
CREATE OR REPLACE FUNCTION kc_followers(text[]) RETURNS TABLE (code varchar, position_id bigint, is_on boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT code, position_id, is_on FROM notices_follow WHERE code = ANY ($1);
$$;

GRANT EXECUTE ON FUNCTION kc_notify(jsonb), kc_followers(text[]) TO kc_province, kc_nation;
RESET ROLE;
