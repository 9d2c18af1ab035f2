"""Two provinces of the cast that become one today, in short tests."""

from __future__ import annotations

import datetime as dt
from typing import Any

from accounts.models import Province
from khuyencong.lib.dates import today
from succession.models import Change, Kind
from succession.plans import FIRST, Target
from succession.services import approve, prepare, try_out
from tests.cast import position

A, B = "hai-phong", "thai-nguyen"
NEW = Target(
    key=FIRST,
    slug="duyen-hai",
    code="98",
    name="Duyên Hải",
    full_name="Tỉnh Duyên Hải",
    unit_type="PROVINCE",
    region="north",
)


def unit(slug: str) -> Province:
    return Province.objects.get(slug=slug, valid_to=None)


def prepared(kind: str = Kind.MERGE, *, day: dt.date | None = None, **more: Any) -> Change:
    """A change of today; a merge of both unless told otherwise."""
    values: dict[str, Any] = {
        "day": day or today(),
        "paper_number": "1/2026/QH16",
        "paper_date": today() - dt.timedelta(days=9),
        "paper_title": "Nghị quyết về việc sắp xếp",
        "paper_issuer": "Quốc hội",
        "provinces": [unit(A), unit(B)],
        "by": position("operator"),
    }
    if kind == Kind.MERGE:
        values |= {"targets": [NEW], "keeps": unit(A)}
    return prepare(kind, **values | more)


def ready(change: Change | None = None) -> Change:
    """Tried and approved."""
    change = change or prepared()
    operator = position("operator")
    try_out(change, by=operator)
    return approve(change, version=change.version, by=operator)


def two_parts() -> list[Target]:
    """Two new units out of the first province."""
    return [
        NEW,
        Target(key="1", slug="dao", code="97", name="Hải Đảo", full_name="Tỉnh Hải Đảo", region="north"),
    ]
