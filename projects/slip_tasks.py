"""What slips expect of a position today, for settings.TASKS_FROM."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.urls import reverse

from accounts.models import HEADS, Position, PositionKind
from khuyencong.lib.tasks import Task
from projects.models import OPEN_SLIPS, Event, Project, ProjectYear, Slip, SlipFile, SlipState
from projects.services.slips import SLIP_TASKS
from projects.slip_holding import PREPARERS, seat_is_empty

MOST = 200


def _fitting() -> Combinable:
    """Condition on slips: none of their files is another than when they were presented (projects/slips.py, in SQL;
    amounts that follow from a file are compared on the page of the slip)."""
    act, year = OuterRef(OuterRef("slip__action")), OuterRef("slip__year")
    again = Event.objects.filter(project_year=OuterRef("pk"), action=act, pk__gt=OuterRef(OuterRef("seen")))
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
    came back or no longer fit (``fits`` False)."""
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
        fits=_fitting(), nobody_signs=seat_is_empty("signer"), nobody_mends=seat_is_empty("prepared_by")
    )
    return rows.filter((waits & Q(fits=True)) | mends).order_by("state_since", "pk")


def expected(position: Position, _: dt.date) -> list[Task]:
    """Slips on the desk of ``position`` as tasks; one query."""
    titles = Project.objects.filter(code=OuterRef("code")).values("title")
    rows = on_desk_of(position).annotate(title=Subquery(titles[:1])).select_related("prepared_by__person")
    return [
        Task(
            label=f"{_expected(slip)}: {slip.label}",
            url=reverse("slip", args=[slip.pk]),
            code=slip.code,
            title=slip.title or (slip.about.capitalize() if slip.on_list else ""),
            note=_note(slip, position),
        )
        for slip in rows[:MOST]
    ]


def _expected(slip: Slip) -> str:
    return SLIP_TASKS[SlipState(slip.state)] if slip.fits else "Xem lại phiếu trình"  # type: ignore[attr-defined]


def _note(slip: Slip, position: Position) -> str:
    if not slip.fits:  # type: ignore[attr-defined]
        return "Hồ sơ đã thay đổi sau khi soạn"
    return "" if slip.prepared_by_id == position.pk else f"{slip.prepared_by.person} soạn"
