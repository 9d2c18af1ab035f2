-- What the law says of signing, whoever writes it (positions.md §6.3; Decree 30/2020 article 13). Who is a head or a
-- deputy says accounts/models.py; accounts/wall.py makes kc_head_kinds and kc_deputy_kinds of it.
SET LOCAL ROLE kc_guard;

-- TUQ.: given to the body right below, and not passed on: who was given an act does not give it.
CREATE OR REPLACE FUNCTION kc_authorisation() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('kc_authorisation'));  -- of two at once the second sees the first
  IF NOT EXISTS (SELECT FROM accounts_organisation WHERE id = NEW.authorised_id AND superior_id = NEW.authoriser_id) THEN
    RAISE EXCEPTION 'authorisation of a body that is not below'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'authorisation', COLUMN = 'below';
  END IF;
  IF EXISTS (
      SELECT FROM projects_authorisation a
      WHERE a.id <> NEW.id AND (a.authorised_id = NEW.authoriser_id OR a.authoriser_id = NEW.authorised_id)
        AND a.valid_from <= NEW.valid_to AND a.valid_to >= NEW.valid_from
        AND EXISTS (SELECT jsonb_array_elements_text(a.actions) INTERSECT SELECT jsonb_array_elements_text(NEW.actions))
    ) THEN
    RAISE EXCEPTION 'authorisation passed on'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'authorisation', COLUMN = 'passed_on';
  END IF;
  RETURN NEW;
END $$;

-- KT. is a deputy's, TL. a unit's, or for the body above that of the head of the body below.
CREATE OR REPLACE FUNCTION kc_signing_rule() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  seat record;
BEGIN
  SELECT p.kind, o.superior_id INTO seat
    FROM accounts_position p JOIN accounts_organisation o ON o.id = p.organisation_id WHERE p.id = NEW.position_id;
  IF (NEW.manner = 'KT' AND seat.kind <> ALL (kc_deputy_kinds()))
     OR (NEW.manner = 'TL' AND NEW.in_name_of_id IS NULL AND seat.kind <> 'DIVISION_HEAD')
     OR (NEW.manner = 'TL' AND NEW.in_name_of_id IS NOT NULL
         AND (seat.kind <> ALL (kc_head_kinds())
              OR NEW.in_name_of_id IS DISTINCT FROM seat.superior_id)) THEN
    RAISE EXCEPTION 'a % does not sign %', seat.kind, NEW.manner
      USING ERRCODE = 'check_violation', CONSTRAINT = 'signing_rule';
  END IF;
  RETURN NEW;
END $$;

-- Who keeps the accounts of a body does not order its payments: two persons on any day (positions.md §6.3).
CREATE OR REPLACE FUNCTION kc_accountant_apart() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  orders text[] := kc_head_kinds() || kc_deputy_kinds();
BEGIN
  IF NEW.person_id IS NULL OR NOT (NEW.kind = 'ACCOUNTANT' OR NEW.kind = ANY (orders)) THEN
    RETURN NEW;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('kc_accountant_apart'), NEW.organisation_id::int);
  IF EXISTS (
      SELECT FROM accounts_position p
      WHERE p.id <> NEW.id AND p.organisation_id = NEW.organisation_id AND p.person_id = NEW.person_id
        AND (p.kind = 'ACCOUNTANT') <> (NEW.kind = 'ACCOUNTANT') AND (p.kind = 'ACCOUNTANT' OR p.kind = ANY (orders))
        AND p.valid_from <= coalesce(NEW.valid_to, 'infinity') AND coalesce(p.valid_to, 'infinity') >= NEW.valid_from
    ) THEN
    RAISE EXCEPTION 'accountant and head are one person'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'accountant_apart';
  END IF;
  RETURN NEW;
END $$;
RESET ROLE;

DROP TRIGGER IF EXISTS kc_authorisation ON projects_authorisation;
CREATE TRIGGER kc_authorisation BEFORE INSERT OR UPDATE ON projects_authorisation
  FOR EACH ROW EXECUTE FUNCTION kc_authorisation();
DROP TRIGGER IF EXISTS kc_signing_rule ON projects_signingrule;
CREATE TRIGGER kc_signing_rule BEFORE INSERT OR UPDATE ON projects_signingrule
  FOR EACH ROW EXECUTE FUNCTION kc_signing_rule();
DROP TRIGGER IF EXISTS kc_accountant_apart ON accounts_position;
CREATE TRIGGER kc_accountant_apart BEFORE INSERT OR UPDATE ON accounts_position
  FOR EACH ROW EXECUTE FUNCTION kc_accountant_apart();
