"""The wall read back from PostgreSQL's catalogue, table by table, so that a new table cannot stand before it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, models

from accounts.models import Consortium, Organisation, Province, User, Walled
from accounts.wall import (
    POSITIONS_READ,
    POSITIONS_READ_COLUMNS,
    READS,
    WRITES,
    header_models,
    walled_models,
)

pytestmark = pytest.mark.django_db

WALLED = {model._meta.db_table for model in walled_models()}
HEADERS = {model._meta.db_table for model in header_models()}
REFERENCE = {model._meta.db_table for model in (Consortium, Organisation, Province)}
"""Tables that name a tenant without belonging to it: everybody reads them."""


CALLED = [
    ("kc_consortium", "kc_province"),
    ("kc_send_file", "kc_province"),
    ("kc_take_establishment", "kc_province"),
]
"""Functions that see every row and are called by positions, each with checks of its own."""

LOGIN_ONLY = {
    "accounts_factorevent",
    "accounts_passkey",
    "accounts_recoverycode",
    "accounts_token",
    "accounts_totp",
    "accounts_user_groups",
    "accounts_user_user_permissions",
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "axes_accessattempt",
    "axes_accessattemptexpiration",
    "axes_accessfailurelog",
    "axes_accesslog",
    "django_admin_log",
    "django_content_type",
    "django_migrations",
    "django_session",
    "notices_calendarfeed",
    "notices_mail",
    "notices_reader",
    "notices_urgent",
    "reporting_jobticket",
}
"""Tables of no tenant from which no position reads."""

CALLED = [
    ("kc_carry_shared", "kc_app"),
    ("kc_change_analyze", "kc_app"),
    ("kc_change_counts", "kc_app"),
    ("kc_change_files", "kc_app"),
    ("kc_change_later", "kc_app"),
    ("kc_change_lock", "kc_app"),
    ("kc_change_print", "kc_app"),
    ("kc_change_register", "kc_app"),
    ("kc_change_sums", "kc_app"),
    ("kc_consortium", "kc_province"),
    ("kc_deputy_kinds", "kc_app"),
    ("kc_followers", "kc_nation"),
    ("kc_followers", "kc_province"),
    ("kc_head_kinds", "kc_app"),
    ("kc_move_desks", "kc_app"),
    ("kc_move_files", "kc_app"),
    ("kc_move_register", "kc_app"),
    ("kc_move_reports", "kc_app"),
    ("kc_notify", "kc_nation"),
    ("kc_notify", "kc_province"),
    ("kc_send_file", "kc_province"),
    ("kc_take_establishment", "kc_province"),
]
"""Functions past the wall and who calls them: a position one, the login those of a change of organisations."""


def rows(sql: str, *tables: str) -> list[tuple[Any, ...]]:
    """What the catalogue answers; ``tables`` fill the one parameter of ``sql``, if it has one."""
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(tables)] if tables else [])
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


OF_THE_NATION = (
    "tenant_id = SELECT accounts_tenant.id FROM accounts_tenant WHERE accounts_tenant.kind = 'NATIONAL'"
)


def expected_policies(table: str) -> set[tuple[str, str, str | None, str | None]]:
    """Role, command, condition of old rows, condition of new rows."""
    free = "tenant_id IS NULL OR " if table in HEADERS else ""
    reads, shown, written = free + READS, f"{free}sent_to_nation", f"{free}nation_writes"
    return {
        ("kc_province", "SELECT", reads, None),
        ("kc_province", "INSERT", None, WRITES),
        ("kc_province", "UPDATE", WRITES, WRITES),
        ("kc_province", "DELETE", WRITES, None),
        ("kc_nation", "SELECT", shown, None),
        ("kc_nation", "INSERT", None, written),
        ("kc_nation", "UPDATE", written, written),
        ("kc_nation", "DELETE", OF_THE_NATION, None),
        ("kc_guard", "ALL", "true", "true"),
    }


def plain(condition: str | None) -> str:
    """A condition without the parentheses, casts and line ends that PostgreSQL adds."""
    return " ".join(re.sub(r"::text\b|[()]", "", condition or "").split())


def test_every_table_that_names_a_tenant_is_behind_the_wall() -> None:
    found = rows(
        "SELECT table_name FROM information_schema.columns "
        "WHERE table_schema = 'public' AND column_name = 'tenant_id'"
    )
    assert {table for (table,) in found} == WALLED | HEADERS | REFERENCE


def test_row_security_is_on_and_forced_on_every_table_of_a_tenant_and_no_other() -> None:
    found = rows(
        "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class "
        "WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND (relrowsecurity OR relforcerowsecurity)"
    )
    assert set(found) == {(table, True, True) for table in WALLED | HEADERS}


def test_every_table_has_these_policies_and_no_other() -> None:
    found = rows(
        "SELECT tablename, array_to_string(roles, ','), cmd, qual, with_check, permissive FROM pg_policies"
    )
    assert sorted(
        (table, role, command, plain(old), plain(new)) for table, role, command, old, new, _ in found
    ) == sorted(
        (table, role, command, plain(old), plain(new))
        for table in WALLED | HEADERS
        for role, command, old, new in expected_policies(table)
    )
    assert {permissive for *_, permissive in found} == {"PERMISSIVE"}


def test_every_key_between_rows_of_tenants_holds_the_tenant_too() -> None:
    wanted = {
        (model._meta.db_table, field.column, field.remote_field.model._meta.db_table)
        for model in walled_models()
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey)
        and issubclass(field.remote_field.model, Walled)
        and field.name not in model.wall_stays
    }
    found = rows(
        """SELECT child.relname, own.attname, parent.relname
           FROM pg_constraint c
           JOIN pg_class child ON child.oid = c.conrelid
           JOIN pg_class parent ON parent.oid = c.confrelid
           JOIN pg_attribute own ON own.attrelid = c.conrelid AND own.attnum = c.conkey[2]
           WHERE c.contype = 'f' AND c.convalidated AND cardinality(c.conkey) = 2
             AND c.confupdtype = 'c'
             AND (SELECT attname FROM pg_attribute WHERE attrelid = c.conrelid AND attnum = c.conkey[1]) = 'tenant_id'
             AND (SELECT attname FROM pg_attribute WHERE attrelid = c.confrelid AND attnum = c.confkey[1]) = 'tenant_id'
             AND (SELECT attname FROM pg_attribute WHERE attrelid = c.confrelid AND attnum = c.confkey[2]) = 'id'"""
    )
    assert set(found) == wanted


def test_who_may_do_what_to_a_table_of_tenants() -> None:
    found = rows(
        "SELECT c.relname, a.grantee::regrole::text, a.privilege_type FROM pg_class c, aclexplode(c.relacl) a "
        "WHERE c.relname = ANY(%s) AND a.grantee <> c.relowner",
        *WALLED,
        *HEADERS,
    )
    append_only = {model._meta.db_table for model in walled_models() if model.wall_append_only}
    positions = {"SELECT", "INSERT", "UPDATE", "DELETE"}
    expected = {
        (table, role, privilege)
        for table in WALLED | HEADERS
        for role, privileges in (
            ("kc_app", {"SELECT"}),
            ("kc_province", positions - ({"UPDATE", "DELETE"} if table in append_only else set())),
            ("kc_nation", positions - ({"UPDATE", "DELETE"} if table in append_only else set())),
            ("kc_guard", {"SELECT", "INSERT", "UPDATE"}),
        )
        for privilege in privileges
    }
    assert set(found) == expected


def test_every_table_is_behind_the_wall_or_listed_for_positions_or_the_login_s_alone() -> None:
    """A new table fails here until somebody has thought about who reads it."""
    found = {
        table
        for (table,) in rows(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace "
            "AND relkind IN ('r', 'v', 'm', 'p', 'f')"
        )
    }
    lists: list[set[str]] = [WALLED | HEADERS, set(POSITIONS_READ), set(POSITIONS_READ_COLUMNS), LOGIN_ONLY]
    assert found == set().union(*lists)
    assert sum(map(len, lists)) == len(found)


def test_who_may_do_what_to_a_table_of_no_tenant() -> None:
    found = rows(
        "SELECT c.relname, a.grantee::regrole::text, a.privilege_type FROM pg_class c, aclexplode(c.relacl) a "
        "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'S') AND c.relname <> ALL(%s) "
        "AND a.grantee IN ('kc_province'::regrole, 'kc_nation'::regrole, 'kc_guard'::regrole, 0)",
        *WALLED,
        *HEADERS,
    )
    written = {
        "budgets_ledgerdeclaration": {"INSERT"},
        "projects_codecounter": {"INSERT", "UPDATE"},
        "reporting_jobticket": {"INSERT"},
    }
    assert set(found) == {
        *(
            (table, role, "SELECT")
            for table in POSITIONS_READ
            for role in ("kc_province", "kc_nation", "kc_guard")
        ),
        *(
            (table, role, privilege)
            for table, privileges in written.items()
            for privilege in privileges
            for role in ("kc_province", "kc_nation")
        ),
        ("notices_reader", "kc_guard", "SELECT"),
        ("notices_urgent", "kc_guard", "INSERT"),
        *(  # through kc_consortium alone
            (table, "kc_guard", "INSERT")
            for table in ("accounts_tenant", "accounts_consortium", "accounts_consortiumprovince")
        ),
    }


def test_of_people_positions_read_all_columns_but_the_password() -> None:
    readable = rows(
        "SELECT attname FROM pg_attribute WHERE attrelid = 'accounts_user'::regclass AND attnum > 0 "
        "AND has_column_privilege('kc_province', attrelid, attnum, 'SELECT')"
        "AND has_column_privilege('kc_nation', attrelid, attnum, 'SELECT')"
    )
    columns = {field.column for field in User._meta.local_fields}
    assert {column for (column,) in readable} == columns - {"password"}


def test_what_positions_write_the_login_does_not() -> None:
    for table in ("budgets_ledgerdeclaration", "projects_codecounter"):
        assert rows(f"SELECT has_table_privilege('kc_app', '{table}', 'INSERT, UPDATE, DELETE')") == [
            (False,)
        ]


def test_what_sees_every_row_belongs_to_the_guard_and_looks_in_our_schema_first() -> None:
    found = rows(
        "SELECT proname, proowner::regrole::text, proconfig FROM pg_proc "
        "WHERE pronamespace = 'public'::regnamespace AND (prosecdef OR proname LIKE 'kc\\_%%')"
    )
    assert len(found) > 10
    ours = {(name, owner, tuple(config)) for name, owner, config in found}
    path = ("search_path=public, pg_temp",)
    # ANALYZE is the owner's to do: it answers nothing and sees no row (accounts/wall_moves.py)
    assert ours - {("kc_change_analyze", "kc_owner", path)} == {
        (name, "kc_guard", path) for name, *_ in found if name != "kc_change_analyze"
    }


def test_only_these_may_be_called_past_the_wall() -> None:
    found = rows(
        "SELECT p.proname, r.rolname FROM pg_proc p CROSS JOIN pg_roles r "
        "WHERE p.proname LIKE 'kc\\_%%' AND p.prorettype <> 'trigger'::regtype "
        "AND r.rolname IN ('kc_app', 'kc_province', 'kc_nation') AND has_function_privilege(r.oid, p.oid, 'EXECUTE')"
    )
    assert sorted(found) == CALLED


def test_the_door_is_the_only_place_that_changes_role_or_tenants() -> None:
    door = re.compile(
        r"\b(SET|RESET)\s+(LOCAL\s+|SESSION\s+)?(ROLE|AUTHORIZATION)|set_config\s*\(\s*'kc\.", re.I
    )
    root = Path(settings.BASE_DIR)
    found = {
        str(path.relative_to(root))
        for folder in ("khuyencong", "accounts", "notices", "budgets", "projects", "reporting", "succession")
        for path in (root / folder).rglob("*")
        if path.suffix in (".py", ".sql") and door.search(path.read_text())
    }
    # The SQL files make functions as kc_guard, when the owner migrates.
    assert found == {
        "accounts/tenancy.py",
        "accounts/wall.py",
        "accounts/sql/wall.sql",
        "budgets/sql/limits.sql",
        "notices/sql/notices.sql",
        "projects/sql/changes.sql",
        "projects/sql/rules.sql",
        "accounts/wall_moves.py",
        "succession/sql/moves.sql",
        "projects/sql/signing.sql",
        "projects/sql/years.sql",
    }


def test_functions_that_see_every_row_are_called_by_nobody_but_our_triggers() -> None:
    """Hung on a temporary table they would tell of others' rows."""
    open_to_roles = rows(
        "SELECT proname, role FROM pg_proc, unnest(ARRAY['kc_app', 'kc_province', 'kc_nation']) AS role "
        "WHERE proowner = 'kc_guard'::regrole AND has_function_privilege(role, pg_proc.oid, 'EXECUTE')"
    )
    assert sorted(open_to_roles) == [each for each in CALLED if each[0] != "kc_change_analyze"]
