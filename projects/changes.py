"""What changed in a file between two sendings: fields, estimate lines, beneficiaries, steps and papers, old → new.

Read from the snapshots that went with the two sendings (projects/snapshots.py), never from the file as it is now.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Model
from django.utils.text import capfirst

from budgets.models import Activity
from khuyencong.lib.dates import short_date
from khuyencong.lib.differences import Piece, words_apart
from khuyencong.lib.numbers import decimal_text, grouped
from projects.models import BeneficiaryShare, EstimateLine, Project, ScheduleItem, YearPlan
from projects.snapshots import ESTIMATE_FIELDS, FILE_FIELDS, SCHEDULE_FIELDS, SHARE_FIELDS
from projects.years import YEAR_FIELDS

NOTHING = "(để trống)"

Data = Mapping[str, Any]
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """A field whose text differs."""

    label: str
    before: str
    after: str

    @property
    def words(self) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
        """Both texts in pieces, marked where they differ."""
        return words_apart(self.before, self.after)


@dataclass(frozen=True)
class ChangedRow:
    """A row of a table: ``how`` is "added", "removed" or "changed"; a changed one says in what."""

    name: str
    how: str
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Changes:
    """All that differs between two sendings; ``tables`` leaves out those in which nothing does."""

    fields: tuple[Change, ...]
    tables: tuple[tuple[str, tuple[ChangedRow, ...]], ...]

    def __bool__(self) -> bool:
        return bool(self.fields or self.tables)


def changes_between(before: Data, after: Data) -> Changes:
    """What differs in ``after`` from ``before``, each the ``data`` of a sending."""
    tables = (
        ("Dự toán", _rows(before, after, "estimate", EstimateLine, ESTIMATE_FIELDS, _number, line_name)),
        (
            "Cơ sở thụ hưởng",
            _rows(before, after, "beneficiaries", BeneficiaryShare, SHARE_FIELDS[1:], _body, _name),
        ),
        (
            "Tiến độ thực hiện",
            _rows(before, after, "schedule", ScheduleItem, SCHEDULE_FIELDS, _number, _step_name),
        ),
        ("Các năm", _rows(before, after, "years", YearPlan, YEAR_FIELDS[1:], _year, _year_name)),
        (
            "Nội dung hoạt động khác",
            _rows(before, after, "activities", YearPlan, (), _code, _activity_name),
        ),
        ("Tài liệu", _documents(before, after)),
    )
    return Changes(
        fields=tuple(_fields(Project, FILE_FIELDS, before.get("file", {}), after.get("file", {}))),
        tables=tuple((title, rows) for title, rows in tables if rows),
    )


def file_texts(row: Row) -> dict[str, str]:
    """Field → what a sending says in it, as pages write it; what was left empty is not there."""
    return {name: _shown(Project, name, row[name]) for name in FILE_FIELDS if row.get(name)}


def pair_lines(now: Sequence[Row], sent: Sequence[Row]) -> tuple[list[Row | None], list[Row]]:
    """Estimate lines matched as two sendings are compared: for each of ``now`` the line that was ``sent`` in its place,
    None for a new one; and the lines sent that are no longer there."""
    new, old = _by_key(now, _number), _by_key(sent, _number)
    return [old.get(at) for at in new], [row for at, row in old.items() if at not in new]


def line_texts(row: Row) -> dict[str, str]:
    """Field → what an estimate line says in it, as pages write it."""
    return {name: _shown(EstimateLine, name, row.get(name)) for name in ESTIMATE_FIELDS}


def line_name(row: Row) -> str:
    """An estimate line in a few words."""
    return f"Dòng {row['position']}: {row['item']}"


def _fields(model: type[Model], names: Sequence[str], before: Row, after: Row) -> Iterator[Change]:
    for name in names:
        old, new = before.get(name), after.get(name)
        if (old or None) != (new or None) and _shown(model, name, old) != _shown(model, name, new):
            label = capfirst(str(model._meta.get_field(name).verbose_name))  # type: ignore[union-attr]
            yield Change(label, _shown(model, name, old), _shown(model, name, new))


def _shown(model: type[Model], name: str, value: Any) -> str:
    """A value of a snapshot as pages write it."""
    if value is None or value == "":
        return NOTHING
    field = model._meta.get_field(name)
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if name == "activity":
        return str(Activity.objects.filter(pk=value).first() or NOTHING)
    if choices := dict(getattr(field, "flatchoices", [])):
        return str(choices.get(value, value))
    kind = field.get_internal_type()
    if kind == "DateField":
        return short_date(dt.date.fromisoformat(value))
    if kind == "DecimalField":
        return _decimal(value)
    return grouped(value) if isinstance(value, int) else str(value)


def _decimal(text: str) -> str:
    try:
        return decimal_text(Decimal(text))
    except InvalidOperation:
        return text


def _rows(
    before: Data, after: Data, section: str, model: type[Model], names: Sequence[str], key: Any, name: Any
) -> tuple[ChangedRow, ...]:
    """Rows are matched by ``key``; of several with one key the first meets the first."""
    old, new = _by_key(before.get(section, []), key), _by_key(after.get(section, []), key)
    found = []
    for at in dict.fromkeys([*new, *old]):
        if at not in old:
            found.append(ChangedRow(name(new[at]), "added", tuple(_fields(model, names, {}, new[at]))))
        elif at not in new:
            found.append(ChangedRow(name(old[at]), "removed"))
        elif changes := tuple(_fields(model, names, old[at], new[at])):
            found.append(ChangedRow(name(new[at]), "changed", changes))
    return tuple(found)


def _by_key(rows: Sequence[Row], key: Any) -> dict[tuple[str, int], Row]:
    found: dict[tuple[str, int], Row] = {}
    for row in rows:
        nth = sum(at == key(row) for at, _ in found)
        found[key(row), nth] = row
    return found


def _number(row: Row) -> str:
    return str(row["position"])


def _body(row: Row) -> str:
    return str(row["establishment"])


def _step_name(row: Row) -> str:
    return f"Bước {row['position']}: {row['work']}"


def _year(row: Row) -> str:
    return str(row["year"])


def _year_name(row: Row) -> str:
    return f"Năm {row['year']}"


def _code(row: Row) -> str:
    return str(row["code"])


def _activity_name(row: Row) -> str:
    return f"{row['code']} – {row['name']}"


def _name(row: Row) -> str:
    return str(row.get("name", row["establishment"]))


def _documents(before: Data, after: Data) -> tuple[ChangedRow, ...]:
    """Files are told apart by what they hold: another file under the same paper is one taken away and one added."""
    old = {each["sha256"]: each for each in before.get("documents", [])}
    new = {each["sha256"]: each for each in after.get("documents", [])}
    added = [ChangedRow(_document_name(each), "added") for key, each in new.items() if key not in old]
    removed = [ChangedRow(_document_name(each), "removed") for key, each in old.items() if key not in new]
    return (*added, *removed)


def _document_name(document: Row) -> str:
    return f"{document['code']} {document['title']}".strip()
