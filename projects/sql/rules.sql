-- What must hold of a file whoever writes it (chain.md §3.6, guards G8, G9, G14, and the house's own rules).
-- The deferred ones look at the end of the transaction, when state, event, shares and estimate are all written.
SET LOCAL ROLE kc_guard;

-- G8: a closed file owes nothing. Its ledgers are locked, so no booking slips in between.
CREATE OR REPLACE FUNCTION kc_owes_nothing(file bigint) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  s record;
BEGIN
  PERFORM kc_lock_ledger(file, 'LOCAL');
  PERFORM kc_lock_ledger(file, 'NATIONAL');
  FOR s IN
    SELECT
      coalesce(sum(amount) FILTER (WHERE kind = 'advanced'), 0) AS advanced,
      coalesce(sum(amount) FILTER (WHERE kind = 'cleared'), 0) AS cleared,
      coalesce(sum(amount) FILTER (WHERE kind = 'paid'), 0) AS paid,
      coalesce(sum(amount) FILTER (WHERE kind = 'refunded'), 0) AS refunded,
      coalesce(sum(amount) FILTER (WHERE kind = 'settled'), 0) AS settled
    FROM budgets_ledgerentry
    WHERE project_year_id = file AND source IN ('NATIONAL', 'LOCAL') GROUP BY source
  LOOP
    PERFORM kc_keep_within('G8', 'outstanding', s.advanced - s.cleared - s.refunded, 0);
    PERFORM kc_keep_within('G8', 'disbursed', s.advanced + s.paid - s.refunded, s.settled);
  END LOOP;
END $$;

CREATE OR REPLACE FUNCTION kc_file_closes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM kc_owes_nothing(NEW.id);
  RETURN NULL;
END $$;

-- An entry of a file belongs to the file's budget year (only a carry-over crosses years) and leaves it closed. What is
-- advanced waits for acceptance where the law says so (T36 article 13.3, 14, 15.1): the rest for that of the whole,
-- or, if the contract pays part by part (16.1), for that of a part.
CREATE OR REPLACE FUNCTION kc_entry_of_file() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  file record;
BEGIN
  SELECT year, state INTO file FROM projects_projectyear WHERE id = NEW.project_year_id;
  IF file.year IS DISTINCT FROM NEW.year AND NEW.kind <> 'carried_over' THEN
    RAISE EXCEPTION 'entry outside the budget year of its file'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_line', COLUMN = 'year';
  END IF;
  IF file.state = 'closed' THEN
    PERFORM kc_owes_nothing(NEW.project_year_id);
  END IF;
  IF NEW.kind = 'advanced' AND NEW.amount > 0 AND file.state <> 'accepted' AND (
       NEW.instalment = 'REMAINDER'
       OR (NEW.instalment = 'PART' AND NOT EXISTS (
         SELECT FROM projects_contractitem i JOIN projects_contract c ON c.id = i.contract_id
         WHERE i.project_year_id = NEW.project_year_id AND c.part_payments <> ''))
       OR EXISTS (
         SELECT FROM projects_projectyear y JOIN projects_project p ON p.id = y.project_id
           JOIN budgets_activity a ON a.id = p.activity_id
         WHERE y.id = NEW.project_year_id AND a.advance_after_form <> '')) THEN
    RAISE EXCEPTION 'advance % before the acceptance it waits for', NEW.instalment
      USING ERRCODE = 'check_violation', CONSTRAINT = 'advance_after_acceptance';
  END IF;
  RETURN NULL;
END $$;

-- G9 and the estimate: once a file has left its writer, its shares make up its support and each line its sources.
-- Shares that ended (replaced, dropped) count no more. A group project names its beneficiaries after the money came:
-- those that are approved get no more than was allocated (T36 article 10.1a).
CREATE OR REPLACE FUNCTION kc_file_adds_up() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  versions jsonb[] := ARRAY[to_jsonb(NEW), to_jsonb(OLD)];
  key text := CASE TG_TABLE_NAME WHEN 'projects_projectyear' THEN 'id' ELSE 'project_year_id' END;
  file record;
  s record;
  allocated numeric;
BEGIN
  FOR file IN  -- locked before its state is looked at: somebody may be sending it just now
    SELECT y.id, y.state, y.support, p.nature = 'GROUP' AND NOT EXISTS (
      SELECT FROM projects_grouptype t WHERE t.activity_id = p.activity_id AND t.named
        AND t.valid_from <= current_date AND (t.valid_to IS NULL OR t.valid_to >= current_date)) AS unnamed
    FROM projects_projectyear y JOIN projects_project p ON p.id = y.project_id
    WHERE y.id IN ((versions[1] ->> key)::bigint, (versions[2] ->> key)::bigint) ORDER BY y.id FOR SHARE OF y
  LOOP
    CONTINUE WHEN file.state IN ('draft', 'returned', 'withdrawn');
    SELECT count(*) AS shares, coalesce(sum(support), 0) AS support,
        coalesce(sum(support) FILTER (WHERE state <> 'proposed'), 0) AS fixed
      INTO s FROM projects_beneficiaryshare
      WHERE project_year_id = file.id AND state NOT IN ('replaced', 'dropped');
    IF file.unnamed THEN
      SELECT coalesce(sum(amount), 0) INTO allocated FROM budgets_ledgerentry
        WHERE project_year_id = file.id AND source IN ('NATIONAL', 'LOCAL') AND kind = 'allocated';
      IF s.fixed > allocated THEN
        RAISE EXCEPTION 'G9: shares of % for an allocation of %', s.fixed, allocated
          USING ERRCODE = 'check_violation', CONSTRAINT = 'G9', COLUMN = 'group', DETAIL = s.fixed || ' ' || allocated;
      END IF;
    ELSIF s.shares > 0 AND s.support <> file.support THEN
      RAISE EXCEPTION 'G9: shares of % for a support of %', s.support, file.support
        USING ERRCODE = 'check_violation', CONSTRAINT = 'G9', DETAIL = s.support || ' ' || file.support;
    END IF;
    SELECT position, amount, national + local + counterpart + other AS sources INTO s
      FROM projects_estimateline
      WHERE project_year_id = file.id AND national + local + counterpart + other <> amount
      ORDER BY "order" LIMIT 1;
    IF FOUND THEN
      RAISE EXCEPTION 'estimate line %: sources of % for %', s.position, s.sources, s.amount
        USING ERRCODE = 'check_violation', CONSTRAINT = 'estimate_adds_up', DETAIL = s.sources || ' ' || s.amount;
    END IF;
  END LOOP;
  RETURN NULL;
END $$;

-- A file is where its route says: in the state of its latest event, in draft before the first.
CREATE OR REPLACE FUNCTION kc_state_has_event() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  file bigint := (to_jsonb(NEW) ->> CASE TG_TABLE_NAME WHEN 'projects_event' THEN 'project_year_id' ELSE 'id' END);
  now_in text;
  led_to text;
BEGIN
  SELECT state INTO now_in FROM projects_projectyear WHERE id = file;
  SELECT to_state INTO led_to FROM projects_event WHERE project_year_id = file ORDER BY id DESC LIMIT 1;
  IF now_in <> coalesce(led_to, 'draft') THEN
    RAISE EXCEPTION 'file % is in % while its route leads to %', file, now_in, coalesce(led_to, 'draft')
      USING ERRCODE = 'check_violation', CONSTRAINT = 'state_has_event';
  END IF;
  RETURN NULL;
END $$;

-- G14: nobody decides on his own work, and what two people must do is done by two. Persons count, not positions: who is
-- of the implementing unit on the day of the paper, or today, when it is entered (a paper of earlier days frees nobody).
CREATE OR REPLACE FUNCTION kc_no_own_work() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  file record;
  checked_by text := CASE WHEN NEW.action = 'advance' THEN 'confirm_progress'
                          WHEN NEW.action IN ('pay', 'settle') THEN 'confirm_settlement' END;
  signed_by text := CASE NEW.action WHEN 'advance' THEN 'check_advance' WHEN 'pay' THEN 'check_payment'
                         WHEN 'settle' THEN 'check_settlement'
                         WHEN 'request_payment' THEN 'check_payment_request' END;
  part text;
  today date := (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date;
BEGIN
  -- Locked: of two acts of one person at once the second sees the first.
  SELECT y.project_id, p.programme, p.implementer_id, unit.kind AS unit, author.person_id AS author INTO file
    FROM projects_projectyear y
    JOIN projects_project p ON p.id = y.project_id
    JOIN accounts_organisation unit ON unit.id = p.implementer_id
    JOIN accounts_position author ON author.id = p.author_id
    WHERE y.id = NEW.project_year_id FOR NO KEY UPDATE OF y;

  IF NOT EXISTS (SELECT FROM accounts_position WHERE id = NEW.position_id AND person_id = NEW.person_id) THEN
    part := 'person';
  ELSIF NEW.action IN ('appraise_department', 'give_opinion', 'propose', 'approve', 'appraise_agency',
                       'appraise_allocation', 'allocate', 'contract', 'assign_task', 'confirm_progress', 'advance',
                       'accept', 'confirm_settlement', 'pay', 'settle', 'check_advance', 'check_payment',
                       'check_settlement', 'confirm_refund', 'approve_implementation_plan',
                       'return_implementation_plan', 'record_tender_result', 'choose_selection_method',
                       'confirm_change', 'propose_change', 'decide_change', 'sign_annex', 'stop',
                       'propose_termination', 'terminate', 'carry_over', 'cancel_budget')
    AND (NEW.person_id = file.author OR EXISTS (
      SELECT FROM projects_event e JOIN projects_projectyear y ON y.id = e.project_year_id
      WHERE y.project_id = file.project_id AND e.person_id = NEW.person_id AND e.action IN
        ('create', 'submit', 'add_own_task', 'request_advance', 'request_payment', 'report_progress', 'start', 'draw',
         'check_payment_request', 'submit_implementation_plan', 'request_change'))
      -- The agency's own task is judged by others of the agency (T36 article 6.2): there who worked on it counts alone.
      OR file.unit <> 'AGENCY' AND EXISTS (SELECT FROM accounts_position
        WHERE organisation_id = file.implementer_id AND person_id = NEW.person_id
          AND ((valid_from <= NEW.effective_on AND (valid_to IS NULL OR valid_to >= NEW.effective_on))
            OR (valid_from <= today AND (valid_to IS NULL OR valid_to >= today))))) THEN
    part := 'author';
  ELSIF NEW.action = 'approve' AND EXISTS (
      SELECT FROM projects_event WHERE project_year_id = NEW.project_year_id AND person_id = NEW.person_id
        AND action IN ('appraise_department', 'appraise_agency', 'propose')) THEN
    part := 'appraiser';
  ELSIF NEW.action IN ('decide_change', 'stop', 'terminate') AND EXISTS (  -- who confirms or proposes does not decide
      SELECT FROM projects_changerequest c
      JOIN projects_event e ON e.id IN (c.requested_id, c.confirmed_id, c.proposed_id)
      WHERE c.project_year_id = NEW.project_year_id AND c.outcome = '' AND e.person_id = NEW.person_id) THEN
    part := 'proposer';
  ELSIF file.programme = 'LOCAL' AND NEW.person_id = (
      SELECT person_id FROM projects_event WHERE project_year_id = NEW.project_year_id AND action = checked_by
      ORDER BY id DESC LIMIT 1) THEN
    part := 'confirmer';
  ELSIF NEW.person_id = (
      SELECT person_id FROM projects_event WHERE project_year_id = NEW.project_year_id AND action = signed_by
      ORDER BY id DESC LIMIT 1) THEN
    part := 'accountant';
  END IF;
  IF part IS NOT NULL THEN
    RAISE EXCEPTION 'G14 (%): %', part, NEW.action
      USING ERRCODE = 'check_violation', CONSTRAINT = 'G14', COLUMN = part;
  END IF;
  RETURN NEW;
END $$;

-- Codes of files are drawn one after the other, a province's own by that province; the nation starts its own tasks.
CREATE OR REPLACE FUNCTION kc_next_number() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF (TG_OP = 'INSERT' AND NEW.last <> 1)
     OR (TG_OP = 'UPDATE' AND (NEW.id, NEW.prefix, NEW.last) IS DISTINCT FROM (OLD.id, OLD.prefix, OLD.last + 1)) THEN
    RAISE EXCEPTION 'not the next number of %', NEW.prefix
      USING ERRCODE = 'check_violation', CONSTRAINT = 'next_number';
  END IF;
  IF NEW.prefix !~ '^KCQG-[0-9]{4}$' AND (current_user = 'kc_nation' OR NOT EXISTS (
      SELECT FROM accounts_province
      WHERE tenant_id = ANY (NULLIF(current_setting('kc.write_tenants', true), '')::bigint[])
        AND NEW.prefix ~ ('^KCDP-' || upper(slug) || '-[0-9]{4}$'))) THEN
    RAISE EXCEPTION '% numbers the files of others', NEW.prefix USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;

-- A dated copy of an establishment for files that several tenants share: by its tax code, out of the register of one of
-- their provinces, once; NULL when no register has it. The unit does not browse registers that are not its own.
CREATE OR REPLACE FUNCTION kc_take_establishment(into_tenant bigint, by_code text, by_position bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  found_id bigint;
  origin bigint;
  taken text;
BEGIN
  IF into_tenant <> ALL (coalesce(NULLIF(current_setting('kc.write_tenants', true), '')::bigint[], '{}'))
     OR NOT EXISTS (SELECT FROM accounts_consortium WHERE tenant_id = into_tenant) THEN
    RAISE EXCEPTION 'kc_take_establishment: not a consortium of this tenant' USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended(format('establishment %s in %s', by_code, into_tenant), 0));
  SELECT id INTO found_id FROM projects_establishment WHERE tenant_id = into_tenant AND tax_code = by_code;
  IF FOUND THEN
    RETURN found_id;
  END IF;
  SELECT e.id INTO origin FROM projects_establishment e
    JOIN accounts_province p ON p.tenant_id = e.tenant_id
    JOIN accounts_consortiumprovince m ON m.province_id = p.id
    JOIN accounts_consortium c ON c.id = m.consortium_id
    WHERE c.tenant_id = into_tenant AND e.tax_code = by_code ORDER BY e.id LIMIT 1;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  SELECT string_agg(quote_ident(attname), ', ') INTO taken FROM pg_attribute
    WHERE attrelid = 'projects_establishment'::regclass AND attnum > 0 AND NOT attisdropped AND attname NOT IN
      ('id', 'tenant_id', 'sent_to_nation', 'nation_writes', 'recorded_by_id', 'version', 'copied_on');
  EXECUTE format('INSERT INTO projects_establishment
      (%1$s, tenant_id, sent_to_nation, nation_writes, recorded_by_id, version, copied_on)
    SELECT %1$s, $1, false, false, $2, 1, (now() AT TIME ZONE ''Asia/Ho_Chi_Minh'')::date
    FROM projects_establishment WHERE id = $3 RETURNING id', taken)
    INTO found_id USING into_tenant, by_position, origin;
  RETURN found_id;
END $$;
REVOKE ALL ON FUNCTION kc_take_establishment(bigint, text, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kc_take_establishment(bigint, text, bigint) TO kc_province;

REVOKE ALL ON FUNCTION kc_owes_nothing(bigint) FROM PUBLIC;
RESET ROLE;

DROP TRIGGER IF EXISTS kc_file_closes ON projects_projectyear;
CREATE TRIGGER kc_file_closes AFTER UPDATE OF state ON projects_projectyear
  FOR EACH ROW WHEN (NEW.state = 'closed' AND OLD.state <> 'closed') EXECUTE FUNCTION kc_file_closes();
DROP TRIGGER IF EXISTS kc_entry_of_file ON budgets_ledgerentry;
CREATE TRIGGER kc_entry_of_file AFTER INSERT ON budgets_ledgerentry
  FOR EACH ROW WHEN (NEW.project_year_id IS NOT NULL) EXECUTE FUNCTION kc_entry_of_file();

DROP TRIGGER IF EXISTS kc_file_adds_up ON projects_projectyear;
CREATE CONSTRAINT TRIGGER kc_file_adds_up AFTER INSERT OR UPDATE OF state, support ON projects_projectyear
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION kc_file_adds_up();
DROP TRIGGER IF EXISTS kc_file_adds_up ON projects_beneficiaryshare;
CREATE CONSTRAINT TRIGGER kc_file_adds_up
  AFTER INSERT OR UPDATE OF support, state, project_year_id OR DELETE ON projects_beneficiaryshare
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION kc_file_adds_up();
DROP TRIGGER IF EXISTS kc_file_adds_up ON projects_estimateline;
CREATE CONSTRAINT TRIGGER kc_file_adds_up
  AFTER INSERT OR UPDATE OF amount, national, local, counterpart, other, project_year_id ON projects_estimateline
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION kc_file_adds_up();

DROP TRIGGER IF EXISTS kc_state_has_event ON projects_projectyear;
CREATE CONSTRAINT TRIGGER kc_state_has_event AFTER INSERT OR UPDATE OF state ON projects_projectyear
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION kc_state_has_event();
DROP TRIGGER IF EXISTS kc_state_has_event ON projects_event;
CREATE CONSTRAINT TRIGGER kc_state_has_event AFTER INSERT ON projects_event
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION kc_state_has_event();

DROP TRIGGER IF EXISTS kc_no_own_work ON projects_event;
CREATE TRIGGER kc_no_own_work BEFORE INSERT ON projects_event
  FOR EACH ROW EXECUTE FUNCTION kc_no_own_work();

DROP TRIGGER IF EXISTS kc_next_number ON projects_codecounter;
CREATE TRIGGER kc_next_number BEFORE INSERT OR UPDATE ON projects_codecounter
  FOR EACH ROW EXECUTE FUNCTION kc_next_number();
