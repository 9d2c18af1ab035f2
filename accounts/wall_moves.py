"""How a whole file goes from one tenant to another, and what proves that nothing but its place has changed.

Functions of kc_guard, derived from the models as the wall is (accounts/wall.py); succession/ calls them, inside a
change of organisations alone (kc_change_runs). Any tenant may be the target: a province, a consortium.

*Measured:* ON UPDATE CASCADE of the composite keys works under FORCE, but it writes as the owner of the table, whom
append-only rows refuse. So the rows of a file are moved children first, with the keys deferred, and a cascade finds
nothing left to do; the keys are checked before the change is over (SET CONSTRAINTS ALL IMMEDIATE).

*Measured:* the keys are looked at once for each row. On tables that nobody has analyzed since they grew (an import, a
restore) PostgreSQL takes the index of the tenant for it instead of that of the key: 46 s for 1,000 files instead of 10
(tests/benchmarks/bench_succession.py). So a change begins with ANALYZE, which only the owner of a table may do:
``kc_change_analyze`` is the one function that is his. It answers nothing and changes no row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from graphlib import TopologicalSorter

from django.db import models

from accounts.models import Walled, WalledHeader

GROW_BY_A_MOVE = frozenset({"projects_establishment", "projects_filemove"})
"""Tables to which a change of organisations adds rows: the copy of a beneficiary, the record of a move."""

CHANGED_BY_A_MOVE = {
    "notices_follow": ("position_id",),
    "notices_notice": ("position_id",),
    "projects_beneficiaryshare": ("establishment_id",),
    "projects_changerequest": ("beneficiary_id", "before", "after"),
    "projects_contract": ("accepting_body_id",),
    "projects_listhabits": ("position_id",),
    "projects_project": ("implementer_id", "province_id"),
    "reporting_report": ("organisation_id",),
}
"""Columns that a change of organisations writes beside the place of the row: who is at work, and the number under which
the register has an establishment. All else of all rows keeps its print. Which column names whom, and what becomes of
it, says tests/succession/test_columns.py for every table."""

PLACE = ("tenant_id", "sent_to_nation", "nation_writes")


def rows_of_file(walled: Sequence[type[Walled]], keys: str) -> Iterator[tuple[type[Walled], str]]:
    """Tables with rows of files, and the condition that finds those of the projects ``keys`` ("= $1")."""
    for model in walled:
        columns = {field.column for field in model._meta.local_fields}
        if model._meta.db_table == "projects_project":
            yield model, f"id {keys}"
        elif "project_id" in columns:
            yield model, f"project_id {keys}"
        elif "project_year_id" in columns:
            yield model, f"project_year_id IN (SELECT id FROM projects_projectyear WHERE project_id {keys})"  # noqa: S608 (our own table)


def _children_first(chosen: Sequence[tuple[type[Walled], str]]) -> list[tuple[type[Walled], str]]:
    where = dict(chosen)
    order: TopologicalSorter[type[Walled]] = TopologicalSorter()
    for model in where:
        order.add(model)
        for field in model._meta.local_fields:
            parent = field.remote_field.model if isinstance(field, models.ForeignKey) else None
            if parent in where and parent is not model:
                order.add(parent, model)
    return [(model, where[model]) for model in order.static_order()]


def _left_out(table: str) -> str:
    columns = ",".join((*PLACE, *CHANGED_BY_A_MOVE.get(table, ())))
    return f"'{{{columns}}}'::text[]"


def functions(walled: Sequence[type[Walled]], headers: Sequence[type[WalledHeader]]) -> Iterable[str]:
    """Statements that make the functions; none before the tables of files and changes are there."""
    tables = {model._meta.db_table for model in (*walled, *headers)}
    if not {"projects_project", "projects_filemove"} <= tables:
        return
    following = [
        (model, where)
        for model, where in rows_of_file(walled, "= ANY($2)")
        if not model.wall_stays  # of a file only what goes with it
    ]
    moves = "\n  ".join(
        f'UPDATE "{model._meta.db_table}" SET tenant_id = $3 WHERE tenant_id <> $3 AND {where};'  # noqa: S608 (names from the models)
        for model, where in _children_first(following)
    )
    locked = ", ".join(f'"{table}"' for table in sorted(tables))
    prints = "\n  UNION ALL ".join(
        f"SELECT '{table}'::text, count(*), coalesce(md5(string_agg(md5((to_jsonb(t) - {_left_out(table)})::text), '' "  # noqa: S608 (the same)
        f"ORDER BY t.id)), '') FROM \"{table}\" t WHERE t.tenant_id = ANY($1)"
        for table in sorted(tables - GROW_BY_A_MOVE)
    )
    yield f"""SET LOCAL ROLE kc_guard;
CREATE OR REPLACE FUNCTION kc_change_lock() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  LOCK TABLE {locked} IN EXCLUSIVE MODE NOWAIT;
END $$;
CREATE OR REPLACE FUNCTION kc_change_print(bigint[]) RETURNS TABLE (name text, n bigint, print text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  {prints}
$$;
CREATE OR REPLACE FUNCTION kc_move_rows(change bigint, projects bigint[], target bigint) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  {moves}
END $$;
REVOKE ALL ON FUNCTION kc_change_lock(), kc_change_print(bigint[]), kc_move_rows(bigint, bigint[], bigint)
  FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kc_change_lock(), kc_change_print(bigint[]) TO kc_app;
RESET ROLE"""
    yield f"""CREATE OR REPLACE FUNCTION kc_change_analyze() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  ANALYZE {locked};
END $$;
REVOKE ALL ON FUNCTION kc_change_analyze() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kc_change_analyze() TO kc_app"""
