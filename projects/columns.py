"""Columns of the list of files: which there are, which one sees before having chosen, what a row has in each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from budgets.queries import sums_of_files
from khuyencong.lib.dates import short_date
from projects.models import ProjectYear


@dataclass(frozen=True)
class Column:
    """``amount``: đồng, with a sum below it. ``usual``: shown until the position has chosen."""

    name: str
    label: str
    amount: bool = False
    usual: bool = True


COLUMNS = (
    Column("unit", "Đơn vị thực hiện"),
    Column("period", "Thời gian thực hiện", usual=False),
    Column("state", "Trạng thái"),
    Column("asked", "Kinh phí hỗ trợ", amount=True),
    Column("own", "Vốn đối ứng", amount=True),
    Column("planned", "Kế hoạch được duyệt", amount=True, usual=False),
    Column("allocated", "Đã giao", amount=True, usual=False),
    Column("contracted", "Theo hợp đồng", amount=True, usual=False),
    Column("disbursed", "Đã giải ngân", amount=True, usual=False),
    Column("settled", "Quyết toán", amount=True, usual=False),
)
"""In the order in which they stand; the file itself comes first and is always there. ``asked`` and ``own`` come from
projects/filters.py, the other amounts are sums of the ledger."""

IN_LEDGER = ("planned", "allocated", "contracted", "disbursed", "settled")


def shown_columns(chosen: Sequence[str] | None, *, shows_units: bool) -> tuple[Column, ...]:
    """The columns of the page: those ``chosen``, or the usual ones (None); names that are none any more are left
    out, and so is the unit where all files are of one."""
    return tuple(
        column
        for column in COLUMNS
        if (column.usual if chosen is None else column.name in chosen)
        and (shows_units or column.name != "unit")
    )


def with_amounts(rows: QuerySet[ProjectYear], columns: Collection[Column]) -> QuerySet[ProjectYear]:
    """Adds the sums of the ledger that ``columns`` show, in đồng, under their names."""
    return rows.annotate(**sums_of_files(column.name for column in columns if column.name in IN_LEDGER))


def cell(year: ProjectYear, column: Column, unit: str) -> str | int | None:
    """What stands in a row: an amount in đồng (None: nothing booked yet) or a text."""
    if column.amount:
        amount: int | None = getattr(year, column.name)
        return amount
    if column.name == "unit":
        return unit
    if column.name == "period":
        ends = [short_date(day) for day in (year.project.starts_on, year.project.ends_on) if day]
        return " – ".join(ends)
    return str(year.get_state_display())
