-- What a change of organisations does behind the wall (succession/carrying.py). Each function belongs to kc_guard, who sees
-- every row, is called by the login alone, never by a position, and writes only while a change is being carried out.
-- Before it counts, and in what it answers, stand sums, codes and titles, no content of a file.
SET LOCAL ROLE kc_guard;

-- The change is at work in this very transaction: RUNNING is never committed.
CREATE OR REPLACE FUNCTION kc_change_runs(change bigint) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM succession_change WHERE id = change AND status = 'RUNNING') THEN
    RAISE EXCEPTION 'no change is being carried out' USING ERRCODE = 'insufficient_privilege';
  END IF;
END $$;

-- A row that says that a file was moved is written while it is being moved.
CREATE OR REPLACE FUNCTION kc_moved_by_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM kc_change_runs(NEW.change_id);
  RETURN NEW;
END $$;

-- A shared file begun by somebody who waited while the change took place: his body, or a province of it, has ended, so he
-- begins anew in the successor's name (kc_tenant_lives says so of files of one province).
CREATE OR REPLACE FUNCTION kc_begun_by_the_living() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM accounts_tenant t WHERE t.ended_on IS NOT NULL AND (
      t.id = (SELECT tenant_id FROM accounts_organisation WHERE id = NEW.implementer_id)
      OR t.id IN (SELECT p.tenant_id FROM accounts_consortium c
        JOIN accounts_consortiumprovince m ON m.consortium_id = c.id AND m.since IS NULL
        JOIN accounts_province p ON p.id = m.province_id WHERE c.tenant_id = NEW.tenant_id))) THEN
    RAISE EXCEPTION 'a unit of file % has ended', NEW.code
      USING ERRCODE = 'check_violation', CONSTRAINT = 'tenant_ended';
  END IF;
  RETURN NEW;
END $$;

-- Files of the tenants. ``alive``: what goes to a successor: not at an end, or with an advance to be given back, or under
-- one contract with such a file, directly or through others, or of a project with a year that is approved and not begun.
CREATE OR REPLACE FUNCTION kc_change_files(tenants bigint[]) RETURNS TABLE (
  project bigint, tenant bigint, code text, title text, programme text, year int, state text, support bigint,
  implementer bigint, communes text, outstanding bigint, contracts bigint, alive boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN QUERY
  WITH RECURSIVE money AS (
    SELECT e.project_year_id AS file, (sum(e.amount) FILTER (WHERE e.kind = 'advanced')
        - coalesce(sum(e.amount) FILTER (WHERE e.kind IN ('cleared', 'refunded')), 0))::bigint AS outstanding
      FROM budgets_ledgerentry e WHERE e.tenant_id = ANY(tenants) AND e.source IN ('NATIONAL', 'LOCAL')
      GROUP BY e.project_year_id
  ), files AS (
    SELECT y.project_id, bool_or(y.state NOT IN ('closed', 'withdrawn', 'not_selected')
        OR coalesce(m.outstanding, 0) > 0) AS alive, coalesce(sum(m.outstanding), 0)::bigint AS outstanding
      FROM projects_projectyear y LEFT JOIN money m ON m.file = y.id
      WHERE y.tenant_id = ANY(tenants) GROUP BY y.project_id
  ), held AS (
    SELECT DISTINCT i.contract_id, y.project_id FROM projects_contractitem i
      JOIN projects_projectyear y ON y.id = i.project_year_id WHERE i.tenant_id = ANY(tenants)
  ), living AS (
    SELECT f.project_id FROM files f WHERE f.alive OR EXISTS (
      SELECT FROM projects_yearplan v WHERE v.project_id = f.project_id AND v.approved > 0
        AND v.year > (SELECT max(y.year) FROM projects_projectyear y WHERE y.project_id = f.project_id))
    UNION
    SELECT other.project_id FROM living l
      JOIN held own ON own.project_id = l.project_id JOIN held other ON other.contract_id = own.contract_id
  ), latest AS (
    SELECT DISTINCT ON (y.project_id) y.* FROM projects_projectyear y
      WHERE y.tenant_id = ANY(tenants) ORDER BY y.project_id, y.year DESC
  )
  SELECT p.id, p.tenant_id, p.code::text, p.title::text, p.programme::text, y.year::int, y.state::text, y.support,
    p.implementer_id,
    coalesce((SELECT string_agg(DISTINCT e.commune, '; ') FROM projects_beneficiaryshare s
      JOIN projects_establishment e ON e.id = s.establishment_id WHERE s.project_year_id = y.id), ''),
    f.outstanding, (SELECT count(*) FROM held h WHERE h.project_id = p.id),
    EXISTS (SELECT FROM living l WHERE l.project_id = p.id)
  FROM projects_project p JOIN latest y ON y.project_id = p.id JOIN files f ON f.project_id = p.id
  WHERE p.tenant_id = ANY(tenants) ORDER BY p.code;
END $$;

-- The register of the tenants.
CREATE OR REPLACE FUNCTION kc_change_register(tenants bigint[]) RETURNS TABLE (
  establishment bigint, tenant bigint, name text, tax_code text, commune text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT e.id, e.tenant_id, e.name::text, e.tax_code::text, e.commune::text
    FROM projects_establishment e WHERE e.tenant_id = ANY(tenants) ORDER BY e.commune, e.name_sort, e.id;
END $$;

-- The whole ledger of the tenants, summed.
CREATE OR REPLACE FUNCTION kc_change_sums(tenants bigint[]) RETURNS TABLE (
  tenant bigint, province bigint, programme text, year int, kind text, source text, entries bigint, amount numeric)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT e.tenant_id, e.province_id, e.programme::text, e.year::int, e.kind::text, e.source::text,
      count(*), sum(e.amount)
    FROM budgets_ledgerentry e WHERE e.tenant_id = ANY(tenants) GROUP BY 1, 2, 3, 4, 5, 6;
END $$;

-- How much else lies with the tenants, by name.
CREATE OR REPLACE FUNCTION kc_change_counts(tenants bigint[]) RETURNS TABLE (name text, n bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN QUERY
    SELECT 'establishments'::text, count(*) FROM projects_establishment WHERE tenant_id = ANY(tenants)
    UNION ALL SELECT 'contracts', count(*) FROM projects_contract WHERE tenant_id = ANY(tenants)
    UNION ALL SELECT 'documents', count(*) FROM projects_document WHERE tenant_id = ANY(tenants)
    UNION ALL SELECT 'papers', count(*) FROM projects_paper WHERE tenant_id = ANY(tenants)
    UNION ALL SELECT 'slips', count(*) FROM projects_slip
      WHERE tenant_id = ANY(tenants) AND state NOT IN ('issued', 'withdrawn')
    UNION ALL SELECT 'lists', count(*) FROM projects_listact WHERE tenant_id = ANY(tenants)
    UNION ALL SELECT 'rounds', count(*) FROM projects_registrationround WHERE tenant_id = ANY(tenants)
    UNION ALL SELECT 'assignments', count(*) FROM budgets_budgetassignment WHERE tenant_id = ANY(tenants)
    UNION ALL SELECT 'issued', count(*) FROM reporting_issuedreport WHERE tenant_id = ANY(tenants)
    UNION ALL SELECT 'owed', count(*) FROM reporting_report r WHERE tenant_id = ANY(tenants)
      AND NOT EXISTS (SELECT FROM reporting_issuedreport i WHERE i.report_id = r.id)
    UNION ALL SELECT 'typing', count(*) FROM projects_formdraft WHERE tenant_id = ANY(tenants)
    UNION ALL SELECT 'working', count(*) FROM reporting_job
      WHERE tenant_id = ANY(tenants) AND state IN ('WAITING', 'RUNNING');
END $$;

-- The last day on which the bodies did something that counts on ``day`` or later.
CREATE OR REPLACE FUNCTION kc_change_later(bodies bigint[], day date) RETURNS TABLE (what text, last date)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN QUERY
    SELECT 'việc trên hồ sơ'::text, max(effective_on) FROM projects_event
      WHERE organisation_id = ANY(bodies) AND effective_on >= day
    UNION ALL SELECT 'bút toán', max(e.effective_on) FROM budgets_ledgerentry e
      JOIN accounts_position p ON p.id = e.position_id
      WHERE p.organisation_id = ANY(bodies) AND e.effective_on >= day
    UNION ALL SELECT 'danh mục', max(effective_on) FROM projects_listact
      WHERE organisation_id = ANY(bodies) AND effective_on >= day
    UNION ALL SELECT 'văn bản', max(dated) FROM projects_paper WHERE issuer_id = ANY(bodies) AND dated >= day;
END $$;

-- Moves whole files: every row that is a file's alone, its contracts, and who works on it: ``old`` bodies become ``new``
-- ones, pair by pair. Keys are checked at the end of the change. ``province``: a place of implementation that is no
-- longer the one of its origin (a split); null leaves it.
CREATE OR REPLACE FUNCTION kc_move_files(change bigint, projects bigint[], target bigint, old bigint[], new bigint[],
  province bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  before jsonb;
  moved bigint;
BEGIN
  PERFORM kc_change_runs(change);
  SET CONSTRAINTS ALL DEFERRED;
  SELECT jsonb_agg(jsonb_build_object('project', id, 'tenant', tenant_id, 'implementer', implementer_id)) INTO before
    FROM projects_project WHERE id = ANY(projects) AND tenant_id <> target;
  UPDATE projects_contract c
    SET tenant_id = target,
      accepting_body_id = coalesce(new[array_position(old, c.accepting_body_id)], c.accepting_body_id)
    WHERE c.tenant_id <> target AND c.id IN (
      SELECT i.contract_id FROM projects_contractitem i JOIN projects_projectyear y ON y.id = i.project_year_id
      WHERE y.project_id = ANY(projects));
  UPDATE projects_project p
    SET implementer_id = coalesce(new[array_position(old, p.implementer_id)], p.implementer_id),
      province_id = coalesce(province, p.province_id)
    WHERE p.id = ANY(projects);
  PERFORM kc_move_rows(change, projects, target);
  -- Written last: rows that had to be moved themselves, each after a look at all of them, made it quadratic.
  INSERT INTO projects_filemove (tenant_id, sent_to_nation, nation_writes, project_id, change_id, from_tenant_id,
      to_tenant_id, from_implementer_id, to_implementer_id, moved_on, recorded_at)
    SELECT target, false, false, p.id, change, b.tenant, target, b.implementer, p.implementer_id, c.day, now()
    FROM jsonb_to_recordset(before) AS b(project bigint, tenant bigint, implementer bigint)
    JOIN projects_project p ON p.id = b.project JOIN succession_change c ON c.id = change ORDER BY p.id;
  GET DIAGNOSTICS moved = ROW_COUNT;
  RETURN moved;
END $$;

-- Files that are shared (a consortium's) stay where they are: who took over from a body that ended carries them on, or
-- accepts them. Answers how many have another implementer.
CREATE OR REPLACE FUNCTION kc_carry_shared(change bigint, projects bigint[], old bigint[], new bigint[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  carried bigint;
BEGIN
  PERFORM kc_change_runs(change);
  INSERT INTO projects_filemove (tenant_id, sent_to_nation, nation_writes, project_id, change_id, from_tenant_id,
      to_tenant_id, from_implementer_id, to_implementer_id, moved_on, recorded_at)
    SELECT p.tenant_id, false, false, p.id, change, p.tenant_id, p.tenant_id, p.implementer_id,
      new[array_position(old, p.implementer_id)], c.day, now()
    FROM projects_project p, succession_change c
    WHERE c.id = change AND p.id = ANY(projects) AND p.implementer_id = ANY(old);
  GET DIAGNOSTICS carried = ROW_COUNT;
  UPDATE projects_contract c SET accepting_body_id = new[array_position(old, c.accepting_body_id)]
    WHERE c.accepting_body_id = ANY(old) AND c.id IN (
      SELECT i.contract_id FROM projects_contractitem i JOIN projects_projectyear y ON y.id = i.project_year_id
      WHERE y.project_id = ANY(projects));
  UPDATE projects_project p SET implementer_id = new[array_position(old, p.implementer_id)]
    WHERE p.id = ANY(projects) AND p.implementer_id = ANY(old);
  RETURN carried;
END $$;

-- Rows of a snapshot in which an establishment has another number.
CREATE OR REPLACE FUNCTION kc_named_anew(file jsonb, old bigint, new bigint) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
  SELECT jsonb_set(file, '{beneficiaries}', coalesce(jsonb_agg(
      CASE WHEN (b.row ->> 'establishment')::bigint = old THEN jsonb_set(b.row, '{establishment}', to_jsonb(new))
        ELSE b.row END ORDER BY b.place), '[]'))
    FROM jsonb_array_elements(file -> 'beneficiaries') WITH ORDINALITY AS b(row, place)
$$;

-- Moves the register, after the files: ``own`` establishments of ``source``, and copies of the others that moved files
-- support, or ask to. One that a file which stays was given to, stays for it, and its copy goes; one that the target
-- knows by its tax code is not doubled: the moved files name the target's row. Answers how many were moved, copied,
-- joined.
CREATE OR REPLACE FUNCTION kc_move_register(change bigint, source bigint, target bigint, own bigint[], province bigint,
  words text) RETURNS bigint[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  columns text;
  e projects_establishment;
  twin bigint;
  moved bigint := 0;
  copied bigint := 0;
  joined bigint := 0;
BEGIN
  PERFORM kc_change_runs(change);
  SET CONSTRAINTS ALL DEFERRED;
  SELECT string_agg(quote_ident(attname), ', ') INTO columns FROM pg_attribute
    WHERE attrelid = 'projects_establishment'::regclass AND attnum > 0 AND NOT attisdropped AND attname <> 'id';
  FOR e IN
    SELECT * FROM projects_establishment r WHERE r.tenant_id = source AND (r.id = ANY(own) OR r.id IN (
      SELECT establishment_id FROM projects_beneficiaryshare WHERE tenant_id = target
      UNION SELECT beneficiary_id FROM projects_changerequest WHERE tenant_id = target)) ORDER BY r.id
  LOOP
    SELECT id INTO twin FROM projects_establishment WHERE tenant_id = target AND tax_code = e.tax_code;
    IF twin IS NOT NULL THEN
      UPDATE projects_establishment SET sent_to_nation = true WHERE id = twin AND e.sent_to_nation;
      joined := joined + 1;
    ELSIF NOT e.id = ANY(own)
        OR EXISTS (SELECT FROM projects_beneficiaryshare WHERE establishment_id = e.id AND tenant_id = source)
        OR EXISTS (SELECT FROM projects_changerequest WHERE beneficiary_id = e.id AND tenant_id = source) THEN
      EXECUTE format('INSERT INTO projects_establishment (%1$s) SELECT %1$s FROM '
          'jsonb_populate_record(NULL::projects_establishment, $1) RETURNING id', columns)
        INTO twin USING to_jsonb(e) || jsonb_build_object(
          'tenant_id', target, 'province_id', province, 'search', left(e.search || ' ' || words, 800));
      copied := copied + 1;
    ELSE
      UPDATE projects_establishment
        SET tenant_id = target, province_id = province, search = left(search || ' ' || words, 800) WHERE id = e.id;
      moved := moved + 1;
    END IF;
    IF twin IS NOT NULL THEN
      UPDATE projects_beneficiaryshare SET establishment_id = twin WHERE establishment_id = e.id AND tenant_id = target;
      UPDATE projects_changerequest SET beneficiary_id = twin WHERE beneficiary_id = e.id AND tenant_id = target;
      UPDATE projects_changerequest
        SET before = kc_named_anew(before, e.id, twin), after = kc_named_anew(after, e.id, twin)
        WHERE tenant_id = target AND outcome = ''
          AND (after -> 'beneficiaries' @> jsonb_build_array(jsonb_build_object('establishment', e.id))
            OR before -> 'beneficiaries' @> jsonb_build_array(jsonb_build_object('establishment', e.id)));
    END IF;
  END LOOP;
  RETURN ARRAY[moved, copied, joined];
END $$;

-- What people have begun goes with them: what they were typing, the keys of their requests, their saved filters, what
-- they were told and which files they follow.
CREATE OR REPLACE FUNCTION kc_move_desks(change bigint, source bigint, target bigint, old bigint[], new bigint[])
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  people bigint[];
  moved bigint;
BEGIN
  PERFORM kc_change_runs(change);
  SELECT array_agg(DISTINCT person_id) INTO people FROM accounts_position WHERE id = ANY(new);
  UPDATE projects_formdraft d SET tenant_id = target WHERE d.tenant_id = source AND d.person_id = ANY(people)
    AND NOT EXISTS (SELECT FROM projects_formdraft o
      WHERE o.tenant_id = target AND o.person_id = d.person_id AND o.key = d.key);
  GET DIAGNOSTICS moved = ROW_COUNT;
  UPDATE projects_doneonce d SET tenant_id = target WHERE d.tenant_id = source AND d.person_id = ANY(people)
    AND NOT EXISTS (SELECT FROM projects_doneonce o
      WHERE o.tenant_id = target AND o.person_id = d.person_id AND o.key = d.key);
  UPDATE projects_listhabits f SET tenant_id = target, position_id = new[array_position(old, f.position_id)]
    WHERE f.tenant_id = source AND f.position_id = ANY(old);
  UPDATE notices_notice n SET tenant_id = target, position_id = new[array_position(old, n.position_id)]
    WHERE n.tenant_id = source AND n.position_id = ANY(old);
  UPDATE notices_follow f SET tenant_id = target, position_id = new[array_position(old, f.position_id)]
    WHERE f.tenant_id = source AND f.position_id = ANY(old);
  RETURN moved;
END $$;

-- Reports that the source owes are its successor's to finish, on the scope and by the boundaries of their period.
CREATE OR REPLACE FUNCTION kc_move_reports(change bigint, source bigint, target bigint, department bigint)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  owed bigint[];
BEGIN
  PERFORM kc_change_runs(change);
  SET CONSTRAINTS ALL DEFERRED;
  SELECT coalesce(array_agg(id), '{}') INTO owed FROM reporting_report r WHERE r.tenant_id = source
    AND NOT EXISTS (SELECT FROM reporting_issuedreport i WHERE i.report_id = r.id);
  UPDATE reporting_job SET tenant_id = target WHERE report_id = ANY(owed);
  UPDATE reporting_report SET tenant_id = target, organisation_id = department WHERE id = ANY(owed);
  RETURN cardinality(owed);
END $$;

GRANT EXECUTE ON FUNCTION kc_change_files(bigint[]), kc_change_register(bigint[]), kc_change_sums(bigint[]),
  kc_change_counts(bigint[]), kc_change_later(bigint[], date),
  kc_move_files(bigint, bigint[], bigint, bigint[], bigint[], bigint),
  kc_carry_shared(bigint, bigint[], bigint[], bigint[]),
  kc_move_register(bigint, bigint, bigint, bigint[], bigint, text),
  kc_move_desks(bigint, bigint, bigint, bigint[], bigint[]), kc_move_reports(bigint, bigint, bigint, bigint) TO kc_app;
RESET ROLE;

DROP TRIGGER IF EXISTS kc_moved_by_change ON projects_filemove;
CREATE TRIGGER kc_moved_by_change BEFORE INSERT ON projects_filemove
  FOR EACH ROW EXECUTE FUNCTION kc_moved_by_change();
DROP TRIGGER IF EXISTS kc_begun_by_the_living ON projects_project;
CREATE TRIGGER kc_begun_by_the_living BEFORE INSERT ON projects_project
  FOR EACH ROW EXECUTE FUNCTION kc_begun_by_the_living();
