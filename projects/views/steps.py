"""The route log as ``{% route_log %}`` shows it, each reason of a return leading to the field it opens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse

from khuyencong.lib.dates import ZONE
from projects.models import Project, ProjectYear, ReturnReason
from projects.openings import Opening
from projects.routelog import Stop
from projects.states import State

PART_OF = {
    "file": "content",
    "estimate": "estimate",
    "beneficiaries": "beneficiaries",
    "documents": "documents",
}


@dataclass(frozen=True)
class Reason:
    label: str
    comment: str
    url: str


@dataclass(frozen=True)
class Step:
    phase: str
    label: str
    at: dt.date | None
    recorded: dt.datetime | None
    by: str
    organisation: str
    due: dt.date | None
    paper: str
    comment: str
    reasons: Sequence[Reason]
    changes: str
    """Address of what changed since the sending before; "" for all but a second sending."""


def shown_steps(
    stops: Sequence[Stop],
    year: ProjectYear,
    names: Mapping[int, str],
    changes: Mapping[int, str] | None = None,
) -> list[Step]:
    """Steps for the page; ``names`` are those of the organisations by id, ``changes`` addresses by sending."""
    return [_step(stop, year, names, changes or {}) for stop in stops]


def _step(stop: Stop, year: ProjectYear, names: Mapping[int, str], changes: Mapping[int, str]) -> Step:
    passed = stop.when == "passed"
    phase = "void" if stop.void else {"passed": "passed", "here": "here", "to_come": "ahead"}[stop.when]
    parts = [part for part in (stop.verdict, stop.comment) if part]
    return Step(
        phase=phase,
        label=stop.label,
        at=stop.on,
        recorded=_entered_later(stop),
        by=f"{stop.person}, {stop.title}" if passed and stop.title else stop.person or stop.who,
        organisation=names.get(stop.organisation_id or 0, ""),
        due=year.answer_by if stop.when == "here" else None,
        paper=str(stop.paper) if stop.paper else "",
        comment="\n".join(parts),
        reasons=[reason_of(reason, year) for reason in stop.reasons],
        changes=changes.get(stop.submission, "") if passed else "",
    )


def _entered_later(stop: Stop) -> dt.datetime | None:
    """When the act was entered, if that was not the day of its paper."""
    if stop.recorded_at is None or stop.recorded_at.astimezone(ZONE).date() == stop.on:
        return None
    return stop.recorded_at


def reason_of(reason: ReturnReason, year: ProjectYear) -> Reason:
    """A reason with what it is pinned to, in words, and the address of that field while the file is open there."""
    return Reason(_pinned_to(reason), reason.comment, _url(reason, year))


def fixes(opening: Opening, year: ProjectYear) -> list[Reason]:
    """What is to be put right in a returned file, each leading to its field."""
    return [reason_of(reason, year) for reason in opening.reasons]


def _pinned_to(reason: ReturnReason) -> str:
    section = reason.get_section_display()
    if reason.section == "file" and reason.field:
        return str(Project._meta.get_field(reason.field).verbose_name)  # type: ignore[union-attr]
    if reason.section == "beneficiaries":
        return section
    return (
        f"{section}, {'mục' if reason.section == 'documents' else 'dòng'} {reason.row}"
        if reason.row
        else section
    )


def _url(reason: ReturnReason, year: ProjectYear) -> str:
    if year.state != State.RETURNED or reason.submission != year.submission:
        return ""
    url = reverse(PART_OF[reason.section], args=[year.address])
    if reason.section == "file" and reason.field:
        return f"{url}#id_{reason.field}_field"
    if reason.section == "documents" and reason.row:
        return f"{url}#{reason.row}"
    return url
