"""What a slip prepares, done: on one file or on a list, for good or to see whether it could be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction

from accounts.models import Position
from khuyencong.lib.dates import today
from projects.candidates import answered
from projects.chain import CHAIN, PaperData
from projects.matters import Matter
from projects.models import Event, ListAct, ProjectYear, SlipFile
from projects.queries import with_places
from projects.services.acts import act
from projects.services.lists import act_on_list


@dataclass(frozen=True)
class Decided:
    """What a list decides of a file: in words, ``amount`` in đồng where it gives money."""

    said: str
    amount: int | None
    reason: str


@dataclass(frozen=True)
class Written:
    """What was typed in the form of an act: ``inputs`` as it was posted, by input; ``shown`` in words, label by label;
    ``details`` and ``comment`` as the act takes them; ``lines`` of a list, by the key of the file (ProjectYear)."""

    inputs: Mapping[str, Sequence[str]]
    shown: Sequence[tuple[str, str]]
    details: Mapping[str, Any]
    comment: str
    lines: Mapping[int, Decided] = field(default_factory=dict)


def locked(matter: Matter) -> Matter:
    """The same with its files locked, in one order, until the end of the transaction."""
    if not matter.on_list:
        return replace(matter, years=(CHAIN.lock(matter.file),))
    keys = [year.pk for year in matter.years]
    rows = with_places(ProjectYear.objects.select_for_update(of=("self",))).filter(pk__in=keys)
    return replace(matter, years=tuple(rows.order_by("pk")))


REHEARSED = "1/TRÌNH-KÝ"
"""Number of a paper that is written to see whether it could be, and taken back."""


def rehearse(matter: Matter, written: Written, *, by: Position) -> None:
    """Raise as the act would if it were done now; nothing of it stays."""
    if not matter.on_list:
        CHAIN.rehearse(
            matter.file,
            matter.row.name,
            by=by,
            on=today(),
            comment=written.comment,
            details=written.details,
        )
        return
    with transaction.atomic():
        perform(matter, written, PaperData(REHEARSED, today(), signer=by), by=by)
        transaction.set_rollback(True)


def perform(
    matter: Matter, written: Written, paper: PaperData, *, by: Position, held: SlipFile | None = None
) -> Event | ListAct:
    """Do the act by ``paper``: on the one file, as it was when the slip was presented (``held``), or on the list."""
    if matter.on_list:
        return act_on_list(
            matter.row.name,
            by=by,
            paper=paper,
            comment=written.comment,
            answers=answered(matter.row.name, matter.years),
            **written.details,
        )
    step = act(
        matter.file,
        matter.row.name,
        by=by,
        expected_state=held.state if held else None,
        comment=written.comment,
        seen=held.seen if held else None,
        **{**written.details, "paper": paper},
    )
    done: Event = step.event
    return done
