"""Nothing that names a unit, a body, a position or an establishment is forgotten by a change of organisations."""

from __future__ import annotations

import pytest
from django.db import connection

from accounts.wall import header_models, walled_models
from accounts.wall_moves import CHANGED_BY_A_MOVE
from tests.succession.columns import FATES, LEADS, LEFT, TEXTS

pytestmark = pytest.mark.django_db

NAMES = (
    "accounts_organisation",
    "accounts_position",
    "accounts_province",
    "accounts_tenant",
    "projects_establishment",
)


def columns(sql: str, tables: list[str]) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [tables] if tables else [])
        return {f"{table}.{column}" for table, column in cursor.fetchall()}


def test_the_fate_of_every_column_that_names_one_of_them_is_written_down() -> None:
    """A new column fails here until somebody has thought about it (tests/succession/columns.py)."""
    found = columns(
        """SELECT DISTINCT c.conrelid::regclass::text, a.attname FROM pg_constraint c
           JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
           WHERE c.contype = 'f' AND c.confrelid = ANY (%s::regclass[]) AND c.connamespace = 'public'::regnamespace""",
        list(NAMES),
    )
    behind = {model._meta.db_table for model in (*walled_models(), *header_models())}
    place = {
        f"{table}.tenant_id" for table in behind
    }  # moved with the file, all or none (accounts/wall_moves.py)
    assert found - place == FATES.keys()


def test_the_fate_of_every_json_is_written_down() -> None:
    found = columns(
        """SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
           WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.atttypid = 'jsonb'::regtype
             AND a.attnum > 0 AND NOT a.attisdropped""",
        [],
    )
    ours = {name for name in found if name.split("_")[0] not in {"axes", "django", "auth"}}
    assert ours == TEXTS.keys()


def test_what_leads_on_is_looked_for_afterwards_and_what_keeps_its_print_is_not_written() -> None:
    led = {name for name, fate in (FATES | TEXTS).items() if fate == LEADS}
    assert LEFT.keys() == led
    behind = {model._meta.db_table for model in (*walled_models(), *header_models())}
    written = {f"{table}.{column}" for table, names in CHANGED_BY_A_MOVE.items() for column in names}
    grown = {"projects_establishment.province_id"}  # its table has new rows and no print
    assert {name for name in led if name.split(".")[0] in behind} == (
        written - {"projects_project.province_id"} | grown  # the other part of a split
    )
