"""The beneficiaries of a file as everybody reads them: one row for each with what became of it, and what is planned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from budgets.queries import balance
from khuyencong.lib.dates import short_date, today
from projects.eligibility import eligibility
from projects.groups import approval_of, named_by_plan, sent_plan
from projects.models import (
    ENDED_SHARES,
    Acceptance,
    BeneficiaryShare,
    Event,
    ImplementationPlan,
    ProjectYear,
    ShareState,
)
from projects.states import WRITABLE

TONES = {
    ShareState.PROPOSED: "neutral",
    ShareState.CONFIRMED: "info",
    ShareState.ACCEPTED: "ok",
    ShareState.REPLACED: "warn",
    ShareState.DROPPED: "warn",
}


@dataclass(frozen=True)
class Row:
    """One beneficiary: ``faults`` keep it from support today (asked until it is accepted), ``accepted`` are its
    minutes, ``change`` says how it ended or whose place it took."""

    share: BeneficiaryShare
    tone: str
    faults: list[str]
    accepted: Acceptance | None
    change: str


@dataclass(frozen=True)
class Plan:
    """The plan of implementation that was submitted last, and the act that approved it."""

    row: ImplementationPlan
    approval: Event | None


def reading(year: ProjectYear) -> dict[str, Any]:
    """What the page of beneficiaries shows to those who do not write it; a constant number of queries."""
    shares = list(
        BeneficiaryShare.every.filter(project_year=year).select_related(
            "establishment__province",
            "acceptance__paper",
            "replaces__establishment",
            "replacement__establishment",
            "ended_by__paper",
        )
    )
    open_ones = [share for share in shares if share.state in {ShareState.PROPOSED, ShareState.CONFIRMED}]
    asked = eligibility((share.establishment for share in open_ones), today())
    faults = {share.pk: found for share, (_, found) in zip(open_ones, asked, strict=True)}
    rows = [_row(share, faults.get(share.pk, [])) for share in shares]
    standing = [row for row in rows if row.share.state not in ENDED_SHARES]
    accepted = [row.accepted for row in standing if row.accepted is not None]
    return {
        "rows": standing,
        "ended": [row for row in rows if row.share.state in ENDED_SHARES],
        "accepted": len(accepted),
        "sums": {
            "support": sum(row.share.support for row in standing),
            "counterpart": sum(row.share.counterpart for row in standing),
            "accepted": sum(each.support for each in accepted),
        },
        "plan": plan_of(year),
        "awaits_plan": not standing and named_by_plan(year.project, today()),
        "allocated": 0 if year.state in WRITABLE else balance(year.pk).allocated,
    }


def plan_of(year: ProjectYear) -> Plan | None:
    """The plan of a group project as it stands; None when it has none, or it was given back."""
    found = sent_plan(year)
    return Plan(found, approval_of(found)) if found is not None else None


def _row(share: BeneficiaryShare, faults: list[str]) -> Row:
    state = ShareState(share.state)
    return Row(share, TONES[state], faults, getattr(share, "acceptance", None), _change(share))


def _change(share: BeneficiaryShare) -> str:
    if share.ended_by is not None:
        where = share.ended_by.paper or f"ngày {short_date(share.ended_by.effective_on)}"
        after = getattr(share, "replacement", None)
        whom = f", nay là {after.establishment.name}" if after is not None else ""
        return f"Theo {where}{whom}" if share.ended_by.paper else f"Từ {where}{whom}"
    if share.replaces is not None:
        return f"Thay {share.replaces.establishment.name}"
    return ""
