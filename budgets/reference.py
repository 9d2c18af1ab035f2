"""Loads activity groups and types, norms, budget years (creates what is missing, never overwrites)."""

from __future__ import annotations

from decimal import Decimal

from accounts.models import FIRST_DAY
from budgets.models import Activity, ActivityGroup, BudgetYear, SupportNorm
from khuyencong import data

BEFORE_USE = range(2019, 2026)
IN_USE = range(2026, 2029)  # the ledger is complete from the first year of use


def load_groups() -> int:
    """The nine groups of Decree 45/2012, article 4."""
    known = set(ActivityGroup.objects.values_list("number", flat=True))
    return len(
        ActivityGroup.objects.bulk_create(
            ActivityGroup(
                number=int(row["number"]),
                name=row["name"],
                article=row["article"],
                certainty=row["certainty"],
                valid_from=FIRST_DAY,
            )
            for row in data.rows("activity-groups")
            if int(row["number"]) not in known
        )
    )


def load_activities() -> int:
    """The types T1–T32; the first advance in percent, none where an authority decides."""
    known = set(Activity.objects.values_list("code", flat=True))
    groups = ActivityGroup.objects.in_bulk(field_name="number")
    return len(
        Activity.objects.bulk_create(
            Activity(
                code=row["code"],
                name=row["name"],
                group=groups[int(row["group"])],
                selection=row["selection"],
                first_advance_percent=_percent(row["first_advance_percent"]),
                first_advance_work_percent=_percent(row["first_advance_work_percent"]),
                advance_after_form=row["advance_after_form"],
                first_advance_papers=row["first_advance_papers"],
                remainder_papers=row["remainder_papers"],
                article=row["article"],
                certainty=row["certainty"],
            )
            for row in data.rows("activities")
            if row["code"] not in known
        )
    )


def _percent(text: str) -> int | None:
    return int(text) if text else None


def load_norms() -> int:
    """National norms (percent, đồng) of the types that have none yet."""
    known = set(SupportNorm.objects.filter(province=None).values_list("activity__code", flat=True))
    activities = Activity.objects.in_bulk(field_name="code")
    return len(
        SupportNorm.objects.bulk_create(
            SupportNorm(
                activity=activities[row["activity"]],
                programme=row["programme"],
                item=row["item"],
                share_percent=Decimal(row["share_percent"]) if row["share_percent"] else None,
                ceiling=int(row["ceiling"]) if row["ceiling"] else None,
                unit=row["unit"],
                valid_from=row["valid_from"],
                valid_to=data.day(row["valid_to"]),
                article=row["article"],
                certainty=row["certainty"],
            )
            for row in data.rows("support-norms")
            if row["activity"] not in known
        )
    )


def load_years() -> int:
    """Budget years from the first with published figures of provinces on."""
    known = set(BudgetYear.objects.values_list("year", flat=True))
    return len(
        BudgetYear.objects.bulk_create(
            BudgetYear(year=year, ledger_complete=year in IN_USE)
            for year in (*BEFORE_USE, *IN_USE)
            if year not in known
        )
    )


LOADERS = {
    "nhóm nội dung": load_groups,
    "loại hoạt động": load_activities,
    "mức hỗ trợ": load_norms,
    "năm ngân sách": load_years,
}
