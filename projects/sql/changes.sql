-- What was asked of a file after its approval stays as it was asked, and what was decided stands: only the acts of the
-- route are added, each once (T36 article 11: the approved figures and texts remain readable beside the new ones).
SET LOCAL ROLE kc_guard;

CREATE OR REPLACE FUNCTION kc_change_stands() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  acts text[] := '{confirmed_id,proposed_id,decided_id,annexed_id}';
  flags text[] := '{tenant_id,sent_to_nation,nation_writes}';
  act text;
BEGIN
  -- A change of organisations may lead an establishment to its like in another register: its number alone is another.
  IF current_user = 'kc_guard' THEN
    flags := flags || '{beneficiary_id}'::text[];
    IF OLD.outcome = '' THEN
      flags := flags || '{before,after}'::text[];
    END IF;
  END IF;
  IF TG_OP = 'UPDATE' THEN
    FOREACH act IN ARRAY acts LOOP
      CONTINUE WHEN to_jsonb(OLD) -> act = 'null' OR to_jsonb(OLD) -> act = to_jsonb(NEW) -> act;
      RAISE EXCEPTION 'a change keeps its %', act USING ERRCODE = 'check_violation', CONSTRAINT = 'append_only';
    END LOOP;
    IF to_jsonb(NEW) - acts - flags - 'outcome'::text = to_jsonb(OLD) - acts - flags - 'outcome'::text
       AND (OLD.outcome = '' OR OLD.outcome = NEW.outcome) THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'a change stays as it was asked' USING ERRCODE = 'check_violation', CONSTRAINT = 'append_only';
END $$;

RESET ROLE;

DROP TRIGGER IF EXISTS kc_change_stands ON projects_changerequest;
CREATE TRIGGER kc_change_stands BEFORE UPDATE OR DELETE ON projects_changerequest
  FOR EACH ROW EXECUTE FUNCTION kc_change_stands();
