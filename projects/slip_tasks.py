"""What slips expect of a position today, for settings.TASKS_FROM."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cache

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.expressions import Combinable
from django.urls import reverse

from accounts.models import HEADS, Position, PositionKind
from accounts.queries import working_calendar
from khuyencong.lib.tasks import Task
from projects.models import OPEN_SLIPS, Event, Project, ProjectYear, Slip, SlipFile, SlipState
from projects.services.slips import SLIP_TASKS
from projects.slip_holding import OFFICERS_OWN, PREPARERS, seat_is_empty
from projects.states import SENDINGS
from projects.tasks import dated, due_of, open_rounds

MOST = 200


def _fitting() -> Combinable:
    """Condition on slips: none of their files is another than when they were presented (projects/slips.py, in SQL;
    amounts that follow from a file are compared on the page of the slip)."""
    act, year = OuterRef(OuterRef("slip__action")), OuterRef("slip__year")
    done = Q(action=act, pk__gt=OuterRef(OuterRef("seen")))
    moved = Q(pk__gt=OuterRef(OuterRef("moved"))) & ~Q(to_state=F("from_state"))
    again = Event.objects.filter(done | moved, project_year=OuterRef("pk"))
    same = ProjectYear.objects.filter(
        ~Exists(again.values("pk")),
        project__code=OuterRef("code"),
        year=year,
        state=OuterRef("state"),
        project__version=OuterRef("version"),
    )
    now = SlipFile.objects.filter(slip=OuterRef("pk"), presented=OuterRef("presented"))
    fits: Combinable = ~Exists(now.filter(~Exists(same)))
    return fits


def on_desk_of(position: Position) -> QuerySet[Slip]:
    """Slips that wait for ``position``: to be endorsed, signed, numbered; to be mended, where it prepared them and they
    came back or no longer fit (``fits`` False: a file has changed, or who prepared his own act has left)."""
    body = position.organisation_id
    here = Q(organisation=body)
    waits = here & Q(state=SlipState.ENDORSING, endorsers__0=position.kind)
    to_sign = Q(signer=position)
    if position.kind in HEADS:
        to_sign |= here & Q(nobody_signs=True)
    waits |= Q(state=SlipState.SIGNING) & to_sign
    if position.kind == PositionKind.CLERK:
        waits |= Q(state=SlipState.SIGNED, issuer=body)
    own = Q(prepared_by=position)
    if position.kind in PREPARERS:
        own |= here & Q(nobody_mends=True)
    mends = own & (Q(state=SlipState.RETURNED) | Q(fits=False))
    rows = Slip.objects.filter(state__in=OPEN_SLIPS).annotate(
        nobody_signs=seat_is_empty("signer"),
        nobody_mends=seat_is_empty("prepared_by"),
        fits=Case(When(action__in=OFFICERS_OWN, nobody_mends=True, then=Value(False)), default=_fitting()),
    )
    return rows.filter((waits & Q(fits=True)) | mends).order_by("state_since", "pk")


def expected(position: Position, day: dt.date) -> list[Task]:
    """Slips on the desk of ``position`` as tasks, each due when the act that it prepares is. One query; where there are
    some one more, and one for what only letters of units, only dossiers or only lists need."""
    titles = Project.objects.filter(code=OuterRef("code")).values("title")
    rows = on_desk_of(position).annotate(title=Subquery(titles[:1])).select_related("prepared_by__person")
    slips = list(rows[:MOST])
    due = _due_days(slips, day)
    return [
        Task(
            label=f"{_expected(slip)}: {slip.label}",
            url=reverse("slip", args=[slip.pk]),
            code=slip.code,
            title=slip.title or (slip.about.capitalize() if slip.on_list else ""),
            due=due.get(slip.pk),
            note=_note(slip, position),
        )
        for slip in slips
    ]


def _due_days(slips: Sequence[Slip], day: dt.date) -> dict[int, dt.date]:
    """Until when the act of each slip is due, by its key, on a list the first of its files; none: no deadline."""
    if not slips:
        return {}
    files = {slip.pk: [slip.code] for slip in slips if slip.code}
    if lists := [slip.pk for slip in slips if slip.on_list]:
        now = SlipFile.objects.filter(slip__in=lists, presented=F("slip__presented"))
        for key, code in now.values_list("slip", "code"):
            files.setdefault(key, []).append(code)
    codes, years = {code for each in files.values() for code in each}, {slip.year for slip in slips}
    found = {
        (year.project.code, year.year): year
        for year in dated(ProjectYear.objects.filter(project__code__in=codes, year__in=years))
    }
    sends = any(slip.action in SENDINGS for slip in slips)
    rounds = open_rounds(day) if sends else []
    calendar = cache(working_calendar)
    result = {}
    for slip in slips:
        there = (found.get((code, slip.year)) for code in files.get(slip.pk, ()))
        days = (due_of(slip.action, year, day, rounds, calendar) for year in there if year is not None)
        if (first := min(filter(None, days), default=None)) is not None:
            result[slip.pk] = first
    return result


def _expected(slip: Slip) -> str:
    back = slip.state == SlipState.RETURNED
    return SLIP_TASKS[SlipState(slip.state)] if slip.fits or back else "Xem lại phiếu trình"  # type: ignore[attr-defined]


def _note(slip: Slip, position: Position) -> str:
    if not slip.fits:  # type: ignore[attr-defined]
        gone = slip.nobody_mends and slip.action in OFFICERS_OWN  # type: ignore[attr-defined]
        return "Người soạn không còn giữ chức vụ" if gone else "Hồ sơ đã thay đổi sau khi soạn"
    return "" if slip.prepared_by_id == position.pk else f"{slip.prepared_by.person} soạn"
