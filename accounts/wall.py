"""Builds the wall in the database: grants, policies, composite keys, triggers. Runs as the owner after each migrate.

Everything is derived from the models (``Walled``, ``WalledHeader``), so a new table is behind the wall from its
first day; ``tests/accounts/test_wall.py`` reads the catalogue back. All statements can run again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from accounts import wall_moves
from accounts.models import HEAD_OF, HEADS, Walled, WalledHeader

READS = "tenant_id = ANY (NULLIF(current_setting('kc.tenants', true), '')::bigint[])"
WRITES = "tenant_id = ANY (NULLIF(current_setting('kc.write_tenants', true), '')::bigint[])"
OF_THE_NATION = "tenant_id = (SELECT id FROM accounts_tenant WHERE kind = 'NATIONAL')"
APP_ROLES = ("kc_province", "kc_nation")

POSITIONS_READ = frozenset(
    {
        "accounts_budgetunit",
        "accounts_consortium",
        "accounts_consortiumprovince",
        "accounts_holiday",
        "accounts_organisation",
        "accounts_organisationname",
        "accounts_position",
        "accounts_province",
        "accounts_provincename",
        "accounts_provinceregion",
        "accounts_tenant",
        "budgets_activity",
        "budgets_activitygroup",
        "budgets_budgetyear",
        "budgets_ledgerdeclaration",
        "budgets_publishedfigure",
        "budgets_supportnorm",
        "projects_activitypaper",
        "projects_authorisation",
        "projects_codecounter",
        "projects_endorsementrule",
        "projects_flagshiprule",
        "projects_grouptype",
        "projects_indicator",
        "projects_indicator_activities",
        "projects_localprocedure",
        "projects_orderedact",
        "projects_requiredpaper",
        "succession_change",
        "projects_signingrule",
    }
)
"""Tables without a tenant that whoever acts for one reads whole. What is named neither here nor below (sessions, keys,
failed sign-ins …) is the login's alone: nobody who slips a query into a page comes to it."""

POSITIONS_READ_COLUMNS = {
    "accounts_user": (
        "id",
        "username",
        "full_name",
        "full_name_sort",
        "email",
        "is_active",
        "is_staff",
        "is_superuser",
        "last_login",
        "must_change_password",
        "factor_epoch",
    )
}
"""Of people all but what they sign in with (Django reads whole rows: accounts.models.Secret leaves it out)."""


def walled_models() -> list[type[Walled]]:
    """Models whose every row belongs to a tenant, in order of definition."""
    return [model for model in apps.get_models() if issubclass(model, Walled)]


def header_models() -> list[type[WalledHeader]]:
    """Models whose rows are a province's own or, without a tenant, the nation's."""
    return [model for model in apps.get_models() if issubclass(model, WalledHeader)]


def build(connection: BaseDatabaseWrapper) -> None:
    """Make the database equal to the models: one transaction, idempotent. ``connection`` is the owner's."""
    from django.db import transaction

    existing = set(connection.introspection.table_names())
    walled = [model for model in walled_models() if model._meta.db_table in existing]
    headers = [model for model in header_models() if model._meta.db_table in existing]
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("GRANT CREATE ON SCHEMA public TO kc_guard")
        for statement in (
            *_grants(existing, walled, headers),
            *(line for model in walled for line in _walled_policies(model._meta.db_table)),
            *(line for model in headers for line in _header_policies(model._meta.db_table)),
            *(line for model in walled for line in _composite_keys(model)),
        ):
            cursor.execute(statement)
        for statement in _kinds_of_positions():
            cursor.execute(statement)
        for file in sorted(_rule_files()):
            cursor.execute(file.read_text(encoding="utf-8"))
        for statement in (
            *_flag_triggers(walled),
            *_header_triggers([*walled, *headers]),
            *_keep_place([*walled, *headers]),
            *_at_home(walled, headers),
            *_living(walled, headers),
            *_own_bodies(existing),
            *_append_only(walled),
            *_send_file(walled),
            *wall_moves.functions(walled, headers),
            *_close_functions(),
        ):
            cursor.execute(statement)


def _kinds_of_positions() -> Iterable[str]:
    """Heads and deputies for the rules in SQL: constants that whoever writes a position or a rule may ask for."""
    yield "SET LOCAL ROLE kc_guard"
    for name, kinds in (("kc_head_kinds", HEADS), ("kc_deputy_kinds", HEAD_OF)):
        listed = ", ".join(f"'{kind.value}'" for kind in kinds)
        yield f"""CREATE OR REPLACE FUNCTION {name}() RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$ SELECT ARRAY[{listed}] $$"""
        yield f"GRANT EXECUTE ON FUNCTION {name}() TO kc_app"
    yield "RESET ROLE"


def _rule_files() -> Iterable[Path]:
    """SQL files of the apps' own rules (limits of the ledger, no own work): ``<app>/sql/*.sql``.

    Functions in them are created under ``SET LOCAL ROLE kc_guard``, triggers as the owner."""
    return Path(settings.BASE_DIR).glob("*/sql/*.sql")


def _grants(
    existing: set[str], walled: list[type[Walled]], headers: list[type[WalledHeader]]
) -> Iterable[str]:
    """Tenants' tables: rows by policy. Other tables: the login keeps them, positions read those named above."""
    behind = {model._meta.db_table for model in (*walled, *headers)}
    for table in sorted(existing):
        yield f'REVOKE ALL ON "{table}" FROM kc_app, kc_province, kc_nation, kc_guard'
        if table in behind:
            yield f'GRANT SELECT ON "{table}" TO kc_app'
            yield f'GRANT SELECT, INSERT, UPDATE, DELETE ON "{table}" TO kc_province, kc_nation'
            yield f'GRANT SELECT, INSERT, UPDATE ON "{table}" TO kc_guard'
            continue
        yield f'GRANT SELECT, INSERT, UPDATE, DELETE ON "{table}" TO kc_app'
        if table in POSITIONS_READ:
            yield f'GRANT SELECT ON "{table}" TO kc_province, kc_nation, kc_guard'
        elif table in POSITIONS_READ_COLUMNS:
            columns = ", ".join(f'"{column}"' for column in POSITIONS_READ_COLUMNS[table])
            yield f'GRANT SELECT ({columns}) ON "{table}" TO kc_province, kc_nation'
    for model in apps.get_models():
        table, written = model._meta.db_table, getattr(model, "positions_write", ())
        if written and table in existing:
            yield f'GRANT {", ".join(written)} ON "{table}" TO kc_province, kc_nation'
            if not getattr(model, "login_writes", False):
                yield f'REVOKE INSERT, UPDATE, DELETE ON "{table}" FROM kc_app'
    for model in apps.get_models():
        if getattr(model, "guard_writes", False) and model._meta.db_table in existing:
            yield f'GRANT INSERT ON "{model._meta.db_table}" TO kc_guard'
    for model in walled:
        if model.wall_append_only:
            yield f'REVOKE UPDATE, DELETE ON "{model._meta.db_table}" FROM kc_province, kc_nation'
    # Keys are identity columns, which need no right to their sequence; a position with one could count all rows.
    yield "REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM kc_app, kc_province, kc_nation"


def _enable(table: str) -> Iterable[str]:
    yield f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY'
    yield f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY'
    yield (
        "DO $$ DECLARE policy name; BEGIN FOR policy IN SELECT polname FROM pg_policy "  # noqa: S608 (our table)
        f"WHERE polrelid = '\"{table}\"'::regclass LOOP "
        f"EXECUTE format('DROP POLICY %I ON \"{table}\"', policy); END LOOP; END $$"
    )
    yield f'CREATE POLICY kc_guard_rows ON "{table}" TO kc_guard USING (true) WITH CHECK (true)'


def _policies(table: str, *, nation_reads: str, nation_writes: str, reads: str) -> Iterable[str]:
    """One permissive policy for each role and command: a second one would cost the index.

    A policy for all commands would let a province delete and take over what it may only read."""
    yield from _enable(table)
    for role, command, condition in (
        ("kc_province", "SELECT", f"USING ({reads})"),
        ("kc_province", "INSERT", f"WITH CHECK ({WRITES})"),
        ("kc_province", "UPDATE", f"USING ({WRITES}) WITH CHECK ({WRITES})"),
        ("kc_province", "DELETE", f"USING ({WRITES})"),
        ("kc_nation", "SELECT", f"USING ({nation_reads})"),
        ("kc_nation", "INSERT", f"WITH CHECK ({nation_writes})"),
        ("kc_nation", "UPDATE", f"USING ({nation_writes}) WITH CHECK ({nation_writes})"),
        (
            "kc_nation",
            "DELETE",
            f"USING ({OF_THE_NATION})",
        ),  # rows of what the agency drafts, nothing of a province
    ):
        yield f'CREATE POLICY {role}_{command.lower()} ON "{table}" FOR {command} TO {role} {condition}'


def _walled_policies(table: str) -> Iterable[str]:
    yield from _policies(table, reads=READS, nation_reads="sent_to_nation", nation_writes="nation_writes")
    yield f'CREATE INDEX IF NOT EXISTS "{table}_nation" ON "{table}" (sent_to_nation) WHERE sent_to_nation'


def _header_policies(table: str) -> Iterable[str]:
    """Few rows, so the OR costs nothing: a header without tenant is the nation's and read by all."""
    yield from _policies(
        table,
        reads=f"tenant_id IS NULL OR {READS}",
        nation_reads="tenant_id IS NULL OR sent_to_nation",
        nation_writes="tenant_id IS NULL OR nation_writes",
    )


def walled_keys(model: type[Walled]) -> Iterable[models.ForeignKey[Any, Any]]:
    """Keys to rows behind the wall that hold both rows in one tenant; not those of ``wall_stays``."""
    for field in model._meta.local_fields:
        if (
            isinstance(field, models.ForeignKey)
            and issubclass(field.remote_field.model, Walled)
            and field.name not in model.wall_stays
        ):
            yield field


def composite_key_name(model: type[Walled], field: models.ForeignKey[Any, Any]) -> str:
    """Name of the constraint that keeps a row and the row it points to in one tenant (at most 63 characters)."""
    name = f"{model._meta.db_table}_{field.column}_same_tenant"
    return name if len(name) <= 63 else f"{name[:50]}_{hashlib.sha256(name.encode()).hexdigest()[:12]}"


def _composite_keys(model: type[Walled]) -> Iterable[str]:
    """Foreign-key checks bypass row security: only (tenant, id) together keeps a child in its parent's tenant."""
    table = model._meta.db_table
    for stays in model.wall_stays:
        yield f'ALTER TABLE "{table}" DROP CONSTRAINT IF EXISTS "{composite_key_name(model, _key(model, stays))}"'
    for field in walled_keys(model):
        parent = field.remote_field.model._meta.db_table
        unique = f"{parent}_tenant_id_id"
        yield _unless_constraint(
            parent, unique, f'ALTER TABLE "{parent}" ADD CONSTRAINT "{unique}" UNIQUE (tenant_id, id)'
        )
        name = composite_key_name(model, field)
        yield _unless_constraint(
            table,
            name,
            f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" FOREIGN KEY (tenant_id, {field.column}) '
            f'REFERENCES "{parent}" (tenant_id, id) ON UPDATE CASCADE DEFERRABLE INITIALLY IMMEDIATE',
        )


def _unless_constraint(table: str, name: str, statement: str) -> str:
    quoted = statement.replace("'", "''")
    return (
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = '{name}' "
        f"AND conrelid = '\"{table}\"'::regclass) THEN EXECUTE '{quoted}'; END IF; END $$"
    )


def _trigger(table: str, name: str, when: str, call: str, *, only: str = "") -> Iterable[str]:
    condition = f"WHEN ({only}) " if only else ""
    yield f'DROP TRIGGER IF EXISTS {name} ON "{table}"'
    yield f'CREATE TRIGGER {name} {when} ON "{table}" FOR EACH ROW {condition}EXECUTE FUNCTION {call}'


def _flag_triggers(walled: list[type[Walled]]) -> Iterable[str]:
    """A row of a file is born with the flags of its file (kc_flags_of_parent, accounts/sql/wall.sql)."""
    for model in walled:
        if model.wall_parent is not None:
            field = _key(model, model.wall_parent)
            parent = field.remote_field.model._meta.db_table
            call = f"kc_flags_of_parent('{parent}', '{field.column}')"
            yield from _trigger(model._meta.db_table, "kc_flags", "BEFORE INSERT", call)


def _header_triggers(behind: Sequence[type[models.Model]]) -> Iterable[str]:
    """No composite key holds a row and its header in one tenant, since a header may have none, nor a row that stays
    when its file moves: a trigger does, when the row is written."""
    for model in behind:
        stays = getattr(model, "wall_stays", ())
        for field in model._meta.local_fields:
            if isinstance(field, models.ForeignKey) and (
                issubclass(field.remote_field.model, WalledHeader) or field.name in stays
            ):
                table, header = model._meta.db_table, field.remote_field.model._meta.db_table
                yield from _trigger(
                    table,
                    f"kc_header_{field.column}",
                    f"BEFORE INSERT OR UPDATE OF {field.column}",
                    f"kc_header_of_tenant('{header}', '{field.column}')",
                )


def _keep_place(behind: Sequence[type[models.Model]]) -> Iterable[str]:
    place = ("tenant_id", "sent_to_nation", "nation_writes")
    changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in place)
    for model in behind:
        if not getattr(model, "wall_append_only", False):  # they have a stricter trigger
            yield from _trigger(
                model._meta.db_table, "kc_keeps_place", "BEFORE UPDATE", "kc_keeps_place()", only=changed
            )


def _at_home(walled: Sequence[type[Walled]], headers: Sequence[type[WalledHeader]]) -> Iterable[str]:
    """Rows of a file take its flags (above); of the others a row of a province is not the nation's to add."""
    behind: list[type[Walled] | type[WalledHeader]] = [*walled, *headers]
    for model in behind:
        parent = getattr(model, "wall_parent", None)
        field = _key(model, parent) if parent else None
        if model.nation_adds or (field is not None and not field.null):
            continue
        only = f"NEW.{field.column} IS NULL" if field is not None else ""
        yield from _trigger(model._meta.db_table, "kc_at_home", "BEFORE INSERT", "kc_at_home()", only=only)


def _key(model: type[models.Model], name: str) -> models.ForeignKey[Any, Any]:
    field = model._meta.get_field(name)
    assert isinstance(field, models.ForeignKey)
    return field


def _living(walled: Sequence[type[Walled]], headers: Sequence[type[WalledHeader]]) -> Iterable[str]:
    """A tenant whose unit went into another gets no new row; rows of a file are where their file is."""
    behind: list[type[Walled] | type[WalledHeader]] = [*walled, *headers]
    for model in behind:
        parent = getattr(model, "wall_parent", None)
        field = _key(model, parent) if parent else None
        if field is None or field.null:
            of_none = f" AND NEW.{field.column} IS NULL" if field is not None else ""
            only = f"NEW.tenant_id IS NOT NULL{of_none}"
            yield from _trigger(
                model._meta.db_table, "kc_tenant_lives", "BEFORE INSERT", "kc_tenant_lives()", only=only
            )


def _own_bodies(existing: set[str]) -> Iterable[str]:
    for model in apps.get_models():
        named = getattr(model, "wall_body", None)
        if named is not None and model._meta.db_table in existing:
            column = _key(model, named).column
            yield from _trigger(
                model._meta.db_table,
                "kc_own_body",
                f"BEFORE INSERT OR UPDATE OF {column}",
                f"kc_own_body('{column}')",
            )


def _append_only(walled: list[type[Walled]]) -> Iterable[str]:
    for model in walled:
        if model.wall_append_only:
            yield from _trigger(
                model._meta.db_table, "kc_append_only", "BEFORE UPDATE OR DELETE", "kc_append_only()"
            )


def _send_file(walled: list[type[Walled]]) -> Iterable[str]:
    """``kc_send_file(project, writes)`` opens a whole file, all its rows at once, to the nation; with it the
    establishments it supports, and number and day of the papers on which its acts rest."""
    updates = [
        f'UPDATE "{model._meta.db_table}" SET sent_to_nation = true, nation_writes = $2 WHERE {where};'  # noqa: S608 (names from the models)
        for model, where in wall_moves.rows_of_file(walled, "= $1")
    ]
    if not updates:
        return
    body = "\n  ".join(updates)
    yield f"""SET LOCAL ROLE kc_guard;
DROP FUNCTION IF EXISTS kc_send_file(bigint, boolean);
CREATE FUNCTION kc_send_file(bigint, boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM projects_project WHERE id = $1 AND {WRITES}) THEN
    RAISE EXCEPTION 'kc_send_file: not a file of this tenant' USING ERRCODE = 'insufficient_privilege';
  END IF;
  {body}
  UPDATE projects_establishment SET sent_to_nation = true WHERE NOT sent_to_nation AND id IN (
    SELECT s.establishment_id FROM projects_beneficiaryshare s
    JOIN projects_projectyear y ON y.id = s.project_year_id WHERE y.project_id = $1
    UNION SELECT c.beneficiary_id FROM projects_changerequest c
    JOIN projects_projectyear y ON y.id = c.project_year_id WHERE y.project_id = $1);
  UPDATE projects_paper SET sent_to_nation = true WHERE NOT sent_to_nation AND id IN (
    SELECT e.paper_id FROM projects_event e
    JOIN projects_projectyear y ON y.id = e.project_year_id WHERE y.project_id = $1);
END $$;
REVOKE ALL ON FUNCTION kc_send_file(bigint, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kc_send_file(bigint, boolean) TO kc_province;
RESET ROLE"""  # noqa: S608 (names of our own tables)


def _close_functions() -> Iterable[str]:
    """Functions that see every row are reached through our own triggers alone: whoever may call one could hang it on
    a temporary table and ask it about others' rows. The owner, who attaches them, keeps the right; so do the roles
    that a function was granted to by name."""
    yield """SET LOCAL ROLE kc_guard;
DO $$ DECLARE own regprocedure; BEGIN
  FOR own IN SELECT oid FROM pg_proc WHERE proowner = 'kc_guard'::regrole LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', own);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO kc_owner', own);
  END LOOP;
END $$;
RESET ROLE"""
    yield (
        "DO $$ BEGIN EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database()); END $$"
    )
