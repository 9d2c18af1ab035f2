-- Projects over several budget years: approved as one, paid year by year (T36 article 15.2; decision 0033).
SET LOCAL ROLE kc_guard;

-- No year plans more than its part, and the parts no more than was approved over all years. Its own lock, taken after
-- those of the ledger: of two bookings on two years of one project the second sees the first.
CREATE OR REPLACE FUNCTION kc_years_add_up(of_project bigint) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  p record;
  s record;
BEGIN
  SELECT years_planned, approved_total INTO p FROM projects_project WHERE id = of_project;
  IF p.years_planned = 1 AND p.approved_total IS NULL THEN
    RETURN;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended(format('years of project %s', of_project), 0));
  SELECT approved_total INTO p FROM projects_project WHERE id = of_project;
  SELECT coalesce(sum(approved), 0) AS parts INTO s FROM projects_yearplan WHERE project_id = of_project;
  PERFORM kc_keep_within('years', 'total', s.parts, coalesce(p.approved_total, 0));
  FOR s IN
    SELECT y.year, (SELECT approved FROM projects_yearplan v WHERE v.project_id = of_project AND v.year = y.year) AS part,
      (SELECT coalesce(sum(e.amount), 0) FROM budgets_ledgerentry e
        WHERE e.project_year_id = y.id AND e.kind IN ('approved', 'adjusted') AND e.source IN ('NATIONAL', 'LOCAL'))
        AS planned
    FROM projects_projectyear y WHERE y.project_id = of_project ORDER BY y.year
  LOOP
    PERFORM kc_keep_within('years', 'year', s.planned, coalesce(s.part, 0));
  END LOOP;
END $$;

CREATE OR REPLACE FUNCTION kc_entry_of_years() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM kc_years_add_up(project_id) FROM projects_projectyear WHERE id = NEW.project_year_id;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION kc_parts_of_years() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM kc_years_add_up(CASE TG_TABLE_NAME WHEN 'projects_project' THEN (to_jsonb(NEW) ->> 'id')::bigint
                                             ELSE (to_jsonb(NEW) ->> 'project_id')::bigint END);
  RETURN NULL;
END $$;

-- What was approved for a year does not vanish with its row.
CREATE OR REPLACE FUNCTION kc_part_stands() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'an approved part of a project stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'append_only';
END $$;

-- A later budget year is begun only of a project whose whole was approved, in a year that has a part of it, and while no
-- year of it was stopped. The other years are locked, so that none is stopped at the same time.
CREATE OR REPLACE FUNCTION kc_later_year() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  other record;
BEGIN
  IF NEW.year = (SELECT year FROM projects_project WHERE id = NEW.project_id) THEN
    RETURN NEW;
  END IF;
  FOR other IN
    SELECT state FROM projects_projectyear WHERE project_id = NEW.project_id ORDER BY id FOR SHARE
  LOOP
    IF other.state = 'stopped' THEN
      RAISE EXCEPTION 'a year of this project was stopped'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'later_year', COLUMN = 'stopped';
    END IF;
  END LOOP;
  IF NOT EXISTS (SELECT FROM projects_yearplan
                 WHERE project_id = NEW.project_id AND year = NEW.year AND approved > 0) THEN
    RAISE EXCEPTION 'no approved part in %', NEW.year
      USING ERRCODE = 'check_violation', CONSTRAINT = 'later_year', COLUMN = 'approved';
  END IF;
  RETURN NEW;
END $$;

REVOKE ALL ON FUNCTION kc_years_add_up(bigint) FROM PUBLIC;
RESET ROLE;

DROP TRIGGER IF EXISTS kc_entry_of_years ON budgets_ledgerentry;
CREATE TRIGGER kc_entry_of_years AFTER INSERT ON budgets_ledgerentry FOR EACH ROW
  WHEN (NEW.kind IN ('approved', 'adjusted') AND NEW.source IN ('NATIONAL', 'LOCAL') AND NEW.amount > 0)
  EXECUTE FUNCTION kc_entry_of_years();
DROP TRIGGER IF EXISTS kc_parts_of_years ON projects_yearplan;
CREATE TRIGGER kc_parts_of_years AFTER INSERT OR UPDATE OF approved ON projects_yearplan FOR EACH ROW
  WHEN (NEW.approved IS NOT NULL) EXECUTE FUNCTION kc_parts_of_years();
DROP TRIGGER IF EXISTS kc_parts_of_years ON projects_project;
CREATE TRIGGER kc_parts_of_years AFTER UPDATE OF approved_total, years_planned ON projects_project FOR EACH ROW
  WHEN (OLD.approved_total IS NOT NULL) EXECUTE FUNCTION kc_parts_of_years();
DROP TRIGGER IF EXISTS kc_part_stands ON projects_yearplan;
CREATE TRIGGER kc_part_stands BEFORE DELETE ON projects_yearplan FOR EACH ROW
  WHEN (OLD.approved IS NOT NULL) EXECUTE FUNCTION kc_part_stands();
DROP TRIGGER IF EXISTS kc_later_year ON projects_projectyear;
CREATE TRIGGER kc_later_year BEFORE INSERT ON projects_projectyear
  FOR EACH ROW EXECUTE FUNCTION kc_later_year();
