"""What was asked of a file after its approval, and what changed between its sendings, as pages and API tell it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from accounts.models import OrganisationKind, Position
from projects.changes import Changes, changes_between
from projects.models import ENDS, ChangeOutcome, ChangeRequest, ChangeType, Decider, Event, ProjectYear
from projects.routes import DIRECT, route_name
from projects.states import SENDINGS

# -- changes that were asked for (T36 article 11) --------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """A request as it is told: ``number`` counts those that changed the file, ``money`` is support and counterpart
    before and after where they differ (đồng), ``papers`` who did what by which paper."""

    change: ChangeRequest
    number: int | None
    changes: Changes
    money: Sequence[tuple[str, int, int]]
    papers: Sequence[tuple[str, Event]]
    desk: str

    @property
    def number_text(self) -> str:
        """The badge of a change that was decided."""
        return f"Lần {self.number}"


def money_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, int, int]]:
    """Support and counterpart where they differ: label, before, after (đồng)."""
    figures = (("Kinh phí hỗ trợ", "support"), ("Vốn đối ứng", "counterpart"))
    return [(label, before[name], after[name]) for label, name in figures if before[name] != after[name]]


def told(change: ChangeRequest, number: int | None = None) -> Told:
    """``change`` with its difference and the chain of its papers; its events must be loaded."""
    before, after = change.before, change.after
    chain = (
        ("Trình" if change.type == ChangeType.TERMINATE else "Đề nghị", change.requested),
        ("Sở Công Thương xác nhận", change.confirmed),
        ("Cục trình Bộ", change.proposed if change.proposed_id != change.requested_id else None),
        (change.get_outcome_display(), change.decided),
        ("Phụ lục hợp đồng", change.annexed if change.annexed_id != change.decided_id else None),
    )
    return Told(
        change=change,
        number=number,
        changes=changes_between(before, after),
        money=money_between(before, after),
        papers=[(label, event) for label, event in chain if event is not None],
        desk=str(Decider(change.desk).label) if change.desk else "",
    )


def all_told(year: ProjectYear) -> list[Told]:
    """Every request of the file, the latest first, the decided changes numbered in their order; one query."""
    acts = ("requested", "confirmed", "proposed", "decided", "annexed")
    related = [f"{act}__{name}" for act in acts for name in ("paper", "person", "position")]
    found, number = [], 0
    for change in year.changes.select_related(*acts, *related):
        counted = change.outcome == ChangeOutcome.APPROVED and change.type not in ENDS
        number += counted
        found.append(told(change, number if counted else None))
    return found[::-1]


def waiting_told(year: ProjectYear) -> Told | None:
    """The request that waits, for who acts on it."""
    return next((each for each in all_told(year) if not each.change.outcome), None)


# -- sendings --------------------------------------------------------------------------------------------

REACHES = {
    OrganisationKind.FINANCE_DEPARTMENT: {"appraise_department"},
    OrganisationKind.PEOPLES_COMMITTEE: {"appraise_department"},
    OrganisationKind.AGENCY: {"register", "appraise_agency"},
    OrganisationKind.MINISTRY: {"register", "appraise_agency"},
    OrganisationKind.MINISTRY_FINANCE: {"register", "appraise_agency"},
    OrganisationKind.AUDIT: {"register", "appraise_agency"},
}
"""Acts by which a sending comes before a body; the unit and its department see each of them anyway."""


def compared(year: ProjectYear, by: Position) -> dict[int, tuple[Event, Event]]:
    """Number of a sending → the sending before it and itself, where ``by`` may read both; two queries."""
    sent = {event.submission: event for event in year.events.filter(action__in=SENDINGS).order_by("pk")}
    reaches = REACHES.get(OrganisationKind(by.organisation.kind))
    if (
        reaches is not None and route_name(year.project) != DIRECT
    ):  # a direct file is sent to the agency itself
        reached = set(year.events.filter(action__in=reaches).values_list("submission", flat=True))
        sent = {number: event for number, event in sent.items() if number in reached}
    return {number: (sent[earlier], sent[number]) for earlier, number in pairwise(sorted(sent))}


def between(pair: tuple[Event, Event]) -> Changes:
    """What a sending changed in the one before it; no query, unless the kind of activity changed."""
    before, after = pair
    return changes_between(before.snapshot or {}, after.snapshot or {})
