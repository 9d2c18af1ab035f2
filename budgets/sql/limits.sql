-- The limits of the ledger (chain.md §3.6, guards G1–G3, G6, G7): State money only, checked for every entry.
--
-- Two bookings at once: each first takes the lock of what it counts, then sums in a statement of its own, which in
-- READ COMMITTED sees all that was committed while it waited. Locks are taken in one order, file before holder, the
-- holder's only by what can break G1. So nobody waits for a file while holding a holder, as long as an act on many
-- files locks their rows before it books.
SET LOCAL ROLE kc_guard;

-- Raises check_violation with the name of the rule and, in the detail, both amounts (budgets/limits.py words them).
CREATE OR REPLACE FUNCTION kc_keep_within(rule text, part text, booked numeric, most numeric) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF booked > most THEN
    RAISE EXCEPTION '% (%): % above %', rule, part, booked, most
      USING ERRCODE = 'check_violation', CONSTRAINT = rule, COLUMN = part, DETAIL = booked || ' ' || most;
  END IF;
END $$;

-- Until the end of the transaction nobody else books on this file from this source.
CREATE OR REPLACE FUNCTION kc_lock_ledger(file bigint, source text) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'the ledger is written in READ COMMITTED only: an older snapshot does not see the others'
      USING ERRCODE = 'invalid_transaction_state';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended(format('ledger of file %s from %s', file, source), 0));
END $$;

-- The money of a body and of all bodies that became one with it by a change of organisations: one envelope. The same
-- set, in the same order, whichever of them is asked for.
CREATE OR REPLACE FUNCTION kc_envelope(holder bigint) RETURNS bigint[]
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  WITH RECURSIVE up AS (
    SELECT id, successor_id FROM accounts_organisation WHERE id = holder
    UNION SELECT o.id, o.successor_id FROM accounts_organisation o JOIN up ON o.id = up.successor_id
  ), down AS (
    SELECT id FROM up WHERE successor_id IS NULL
    UNION SELECT o.id FROM accounts_organisation o JOIN down ON o.successor_id = down.id
  ) SELECT array_agg(id ORDER BY id) FROM down
$$;

-- An entry names a holder whose sums it belongs to; a correction stays in its line and leaves no less than nothing.
CREATE OR REPLACE FUNCTION kc_ledger_line() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  corrected budgets_ledgerentry;
  line_left numeric;
  own_programme text;
  own_province bigint;
BEGIN
  IF NEW.project_year_id IS NOT NULL THEN
    PERFORM kc_lock_ledger(NEW.project_year_id, NEW.source);
  END IF;
  -- An entry counts where its file counts. National money goes to national files only (a province may add its own to
  -- one of them); what is assigned to the nation is national, what to a province local.
  IF NEW.project_year_id IS NOT NULL THEN
    SELECT p.programme, p.province_id INTO own_programme, own_province
      FROM projects_projectyear y JOIN projects_project p ON p.id = y.project_id WHERE y.id = NEW.project_year_id;
  ELSE
    SELECT CASE kind WHEN 'NATIONAL' THEN 'NATIONAL' ELSE 'LOCAL' END, NEW.province_id
      INTO own_programme, own_province FROM accounts_tenant WHERE id = NEW.tenant_id;
  END IF;
  -- What is taken back stays where it was booked, whatever became of unit and holder since.
  IF NEW.corrects_id IS NOT NULL THEN
    SELECT * INTO corrected FROM budgets_ledgerentry WHERE id = NEW.corrects_id;
    IF corrected.project_year_id = NEW.project_year_id THEN
      own_province := corrected.province_id;
    END IF;
  END IF;
  IF (NEW.programme, NEW.province_id) IS DISTINCT FROM (own_programme, own_province)
     OR (NEW.source <> own_programme AND (NEW.source = 'NATIONAL'
         OR (NEW.source = 'LOCAL' AND NEW.project_year_id IS NULL))) THEN
    RAISE EXCEPTION 'entry of another programme, province or source'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_line', COLUMN = 'source';
  END IF;
  -- National money of a file lies with a national holder, whosever the file is; all else with one of the tenant.
  IF NEW.holder_id IS NOT NULL AND NEW.holder_id IS DISTINCT FROM corrected.holder_id AND NOT EXISTS (
       SELECT FROM accounts_organisation o JOIN accounts_tenant t ON t.id = o.tenant_id
       WHERE o.id = NEW.holder_id
         AND CASE WHEN NEW.source = 'NATIONAL' AND NEW.project_year_id IS NOT NULL
                  THEN t.kind = 'NATIONAL' ELSE t.id = NEW.tenant_id END) THEN
    RAISE EXCEPTION 'holder of another tenant'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_line', COLUMN = 'holder';
  END IF;
  IF NEW.corrects_id IS NOT NULL THEN
    SELECT NEW.amount + coalesce(sum(amount), 0) INTO line_left FROM budgets_ledgerentry
      WHERE project_year_id = NEW.project_year_id AND kind = NEW.kind AND source = NEW.source
        AND holder_id IS NOT DISTINCT FROM NEW.holder_id;
    IF (corrected.kind, corrected.source, corrected.year, corrected.project_year_id, corrected.holder_id)
         IS DISTINCT FROM (NEW.kind, NEW.source, NEW.year, NEW.project_year_id, NEW.holder_id)
       OR (NEW.project_year_id IS NOT NULL AND NEW.kind <> 'adjusted' AND line_left < 0) THEN
      RAISE EXCEPTION 'correction of another line, or of more than it holds'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_line', COLUMN = 'corrects';
    END IF;
  END IF;
  RETURN NEW;
END $$;

-- The nation books no local money: that of a file which it writes is a province's own, too.
CREATE OR REPLACE FUNCTION kc_own_money() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF current_user = 'kc_nation' THEN
    RAISE EXCEPTION 'local money is booked by its province' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION kc_ledger_limits() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  s record;
  holders bigint[];
BEGIN
  IF NEW.project_year_id IS NOT NULL THEN  -- locked by kc_ledger_line
    SELECT
      coalesce(sum(amount) FILTER (WHERE kind IN ('approved', 'adjusted')), 0) AS planned,
      coalesce(sum(amount) FILTER (WHERE kind = 'allocated'), 0) AS allocated,
      coalesce(sum(amount) FILTER (WHERE kind = 'contracted'), 0) AS contracted,
      coalesce(sum(amount) FILTER (WHERE kind = 'advanced'), 0) AS advanced,
      coalesce(sum(amount) FILTER (WHERE kind = 'paid'), 0) AS paid,
      coalesce(sum(amount) FILTER (WHERE kind = 'accepted'), 0) AS accepted,
      coalesce(sum(amount) FILTER (WHERE kind = 'cleared'), 0) AS cleared,
      coalesce(sum(amount) FILTER (WHERE kind = 'settled'), 0) AS settled
    INTO s FROM budgets_ledgerentry
    WHERE project_year_id = NEW.project_year_id AND source = NEW.source;

    PERFORM kc_keep_within('G2', 'allocated', s.allocated, s.planned);
    PERFORM kc_keep_within('G3', 'contracted', s.contracted, s.allocated);
    PERFORM kc_keep_within('G6', 'advanced_paid', s.advanced + s.paid, s.contracted);
    PERFORM kc_keep_within('G6', 'cleared', s.cleared, s.advanced);
    -- A unit to which the ministry assigned budget draws it while it works (L26 article 8.2a); advanced by nobody.
    IF NEW.source <> 'NATIONAL' OR NOT EXISTS (
        SELECT FROM projects_contractitem i JOIN projects_contract c ON c.id = i.contract_id
        WHERE i.project_year_id = NEW.project_year_id AND c.kind = 'TASK') THEN
      PERFORM kc_keep_within('G6', 'cleared_paid', s.cleared + s.paid, s.accepted);
    END IF;
    -- What was advanced above a later, smaller acceptance is due for refund; only more cash is refused.
    -- While only some parts are accepted, those still at work have their advance.
    IF NEW.kind IN ('advanced', 'paid') AND NEW.amount > 0 AND s.accepted > 0
       AND NOT (NEW.kind = 'advanced' AND EXISTS (
         SELECT FROM projects_projectyear WHERE id = NEW.project_year_id AND state = 'in_progress')) THEN
      PERFORM kc_keep_within('G6', 'after_acceptance', s.advanced + s.paid, s.accepted);
    END IF;
    PERFORM kc_keep_within('G7', 'accepted', s.accepted, s.contracted);
    PERFORM kc_keep_within('G7', 'settled', s.settled, s.accepted);
  END IF;

  IF (NEW.kind = 'allocated' AND NEW.amount > 0) OR (NEW.kind IN ('assigned', 'cancelled') AND NEW.amount < 0) THEN
    holders := kc_envelope(NEW.holder_id);
    PERFORM pg_advisory_xact_lock(
      hashtextextended(format('envelope of %s for %s from %s', holders[1], NEW.year, NEW.source), 0));
    SELECT
      coalesce(sum(amount) FILTER (WHERE kind = 'allocated'), 0) AS allocated,
      coalesce(sum(amount) FILTER (WHERE kind IN ('assigned', 'cancelled')), 0) AS assigned
    INTO s FROM budgets_ledgerentry
    WHERE holder_id = ANY(holders) AND year = NEW.year AND source = NEW.source;
    PERFORM kc_keep_within('G1', 'allocated', s.allocated, s.assigned);
  END IF;
  RETURN NULL;
END $$;

REVOKE ALL ON FUNCTION kc_keep_within(text, text, numeric, numeric), kc_lock_ledger(bigint, text), kc_envelope(bigint)
  FROM PUBLIC;
RESET ROLE;

DROP TRIGGER IF EXISTS kc_ledger_line ON budgets_ledgerentry;
CREATE TRIGGER kc_ledger_line BEFORE INSERT ON budgets_ledgerentry
  FOR EACH ROW EXECUTE FUNCTION kc_ledger_line();
DROP TRIGGER IF EXISTS kc_ledger_limits ON budgets_ledgerentry;
CREATE TRIGGER kc_ledger_limits AFTER INSERT ON budgets_ledgerentry
  FOR EACH ROW WHEN (NEW.source IN ('NATIONAL', 'LOCAL')) EXECUTE FUNCTION kc_ledger_limits();
DROP TRIGGER IF EXISTS kc_own_money ON budgets_ledgerentry;
CREATE TRIGGER kc_own_money BEFORE INSERT ON budgets_ledgerentry
  FOR EACH ROW WHEN (NEW.source = 'LOCAL') EXECUTE FUNCTION kc_own_money();
