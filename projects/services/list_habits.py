"""How a position likes its list of files: filters that it has named, columns that it has chosen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction

from accounts.models import Position
from accounts.tenancy import NATIONAL_KINDS
from khuyencong.lib.vietnamese import nfc, sort_key
from khuyencong.lib.workflow import Refused
from projects.columns import COLUMNS
from projects.filters import FileFilter
from projects.models import ListHabits

LONGEST_NAME = 60


@dataclass(frozen=True)
class Habits:
    """``filters``: name → words of the address, in alphabetical order; ``columns``: names, None before any choice."""

    filters: dict[str, dict[str, str]] = field(default_factory=dict)
    columns: list[str] | None = None


def habits_of(by: Position) -> Habits:
    """What the position has kept; one query."""
    row = ListHabits.objects.filter(tenant=by.organisation.tenant, position=by).first()
    if row is None:
        return Habits()
    named = sorted(row.filters, key=lambda each: sort_key(each["name"]))
    return Habits({each["name"]: each["words"] for each in named}, row.columns)


def save_filter(name: str, chosen: FileFilter, *, by: Position) -> str:
    """Keep ``chosen`` under ``name`` in place of what bore that name; answers the name as it is kept.

    Raises Refused for a name that is none, a filter that leaves everything, and one too many."""
    name = " ".join(nfc(name).split())[:LONGEST_NAME]
    words = chosen.words()
    if not name:
        raise Refused("Hãy đặt tên cho bộ lọc.")
    if not words:
        raise Refused("Chưa chọn điều kiện lọc nào. Hãy lọc danh sách rồi lưu.")
    with transaction.atomic():
        row = _locked(by)
        others = [each for each in row.filters if each["name"] != name]
        if len(others) >= ListHabits.MOST_FILTERS:
            raise Refused(f"Đã lưu {ListHabits.MOST_FILTERS} bộ lọc. Hãy bỏ bớt một bộ lọc rồi lưu lại.")
        row.filters = [*others, {"name": name, "words": words}]
        row.save(update_fields=["filters"])
    return name


def forget_filter(name: str, *, by: Position) -> None:
    """Keep the filter of this name no longer; nothing when there is none."""
    with transaction.atomic():
        row = _locked(by)
        row.filters = [each for each in row.filters if each["name"] != name]
        row.save(update_fields=["filters"])


def choose_columns(names: Iterable[str] | None, *, by: Position) -> None:
    """Show the columns ``names`` from now on (none of them: the file alone); None: the usual ones again."""
    wanted = None if names is None else set(names)
    with transaction.atomic():
        row = _locked(by)
        row.columns = None if wanted is None else [each.name for each in COLUMNS if each.name in wanted]
        row.save(update_fields=["columns"])


def _locked(by: Position) -> ListHabits:
    national = by.organisation.kind in NATIONAL_KINDS
    row, _ = ListHabits.objects.select_for_update(of=("self",)).get_or_create(
        tenant=by.organisation.tenant,
        position=by,
        defaults={"sent_to_nation": national, "nation_writes": national},
    )
    return row
