"""Filters of the list of files that a position has named, to open them again."""

from __future__ import annotations

from django.db import transaction

from accounts.models import Position
from accounts.tenancy import NATIONAL_KINDS
from khuyencong.lib.vietnamese import nfc, sort_key
from khuyencong.lib.workflow import Refused
from projects.filters import FileFilter
from projects.models import SavedFilters

LONGEST_NAME = 60


def saved_filters(by: Position) -> dict[str, dict[str, str]]:
    """Name → words of the address, in alphabetical order; one query."""
    rows = SavedFilters.objects.filter(tenant=by.organisation.tenant, position=by)
    found = rows.values_list("filters", flat=True).first() or []
    return {each["name"]: each["words"] for each in sorted(found, key=lambda each: sort_key(each["name"]))}


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
        if len(others) >= SavedFilters.MOST:
            raise Refused(f"Đã lưu {SavedFilters.MOST} bộ lọc. Hãy bỏ bớt một bộ lọc rồi lưu lại.")
        row.filters = [*others, {"name": name, "words": words}]
        row.save(update_fields=["filters"])
    return name


def forget_filter(name: str, *, by: Position) -> None:
    """Keep the filter of this name no longer; nothing when there is none."""
    with transaction.atomic():
        row = _locked(by)
        row.filters = [each for each in row.filters if each["name"] != name]
        row.save(update_fields=["filters"])


def _locked(by: Position) -> SavedFilters:
    national = by.organisation.kind in NATIONAL_KINDS
    row, _ = SavedFilters.objects.select_for_update(of=("self",)).get_or_create(
        tenant=by.organisation.tenant,
        position=by,
        defaults={"sent_to_nation": national, "nation_writes": national},
    )
    return row
