"""The way of a file as people read it: what has passed, where it stands, what is still to come, with names."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import prefetch_related_objects

from accounts.queries import heading_of
from khuyencong.lib.workflow import Action, Facts
from projects.chain import route_of
from projects.models import Event, FileMove, Paper, ProjectYear, ReturnReason
from projects.queries import events_of
from projects.questions import Condition, ask_ahead
from projects.states import SENDINGS, State
from projects.workflow import MAIN_PATH


@dataclass(frozen=True)
class Stop:
    """One point of the way. ``when`` "passed", "here" or "to_come"; ``void``: taken back by a later return."""

    label: str
    when: str
    action: str = ""
    state_label: str = ""
    on: dt.date | None = None
    recorded_at: dt.datetime | None = None
    person: str = ""
    title: str = ""
    """The office, or the lines under which it was signed for somebody else (KT., TL., TUQ.)."""
    organisation_id: int | None = None
    comment: str = ""
    paper: Paper | None = None
    reasons: tuple[ReturnReason, ...] = ()
    void: bool = False
    who: str = ""
    verdict: str = ""
    submission: int = 0
    """Which sending of the file this stop is; 0 for all other acts."""


def route_log(year: ProjectYear, facts: Facts | None = None) -> list[Stop]:
    """Stops of ``year`` in order; a constant number of queries, fewer with the ``facts`` of its offers."""
    route = route_of(year)
    labels = {row.name: row.label for row in route.actions} | {"create": "Lập hồ sơ"}
    events = list(events_of(year))
    prefetch_related_objects([event for event in events if event.action == "return"], "reasons")
    last_return = max((event.pk for event in events if _voids(event)), default=0)
    stops = [
        Stop(
            label=labels.get(event.action, event.action),
            when="passed",
            action=event.action,
            state_label=event.get_to_state_display() if event.to_state != event.from_state else "",
            on=event.effective_on,
            recorded_at=event.recorded_at,
            person=event.person.full_name,
            title=" / ".join(event.signed_as) if event.manner else event.position.title,
            organisation_id=event.organisation_id,
            comment=event.comment,
            paper=event.paper,
            reasons=tuple(event.reasons.all()) if event.action == "return" else (),
            void=event.pk < last_return and event.action not in {"create", "return", *SENDINGS},
            verdict=_verdict(event, year),
            submission=event.submission if event.action in SENDINGS else 0,
        )
        for event in events
    ]
    stops = sorted([*stops, *_moves(year)], key=lambda stop: stop.recorded_at or year.project.saved_at)
    stops.append(
        Stop(
            label=year.get_state_display(),
            when="here",
            on=year.state_since,
            who=_next(year, {} if facts is None else facts),
        )
    )
    return [*stops, *_to_come(year)]


def _moves(year: ProjectYear) -> list[Stop]:
    """Changes of organisations that led the file into another unit; one query."""
    moves = year.project.moves.select_related("change", "to_tenant", "from_tenant", "to_implementer")
    return [
        Stop(
            label=_moved(move),
            when="passed",
            action="move",
            on=move.moved_on,
            recorded_at=move.recorded_at,
            comment=f"Sắp xếp tổ chức theo {move.change.paper}.",
        )
        for move in moves
    ]


def _moved(move: FileMove) -> str:
    """A shared file stays with those who share it; another carries it on."""
    if move.from_tenant_id == move.to_tenant_id:
        return f"{heading_of(move.to_implementer, move.moved_on).name} thực hiện tiếp"
    return f"Chuyển từ {move.from_tenant.name} sang {move.to_tenant.name}"


def _voids(event: Event) -> bool:
    """A return to the implementer voids what came after the submission it sends back."""
    return event.action == "return" and event.to_state == State.RETURNED


def _verdict(event: Event, year: ProjectYear) -> str:
    if not event.verdict:
        return ""
    for row in route_of(year).rows(event.action):
        for verdict in row.verdicts:
            if verdict.name == event.verdict:
                return verdict.label
    return event.verdict


def _next(year: ProjectYear, facts: Facts) -> str:
    """Who is expected to act now, by the tasks of the table whose conditions hold; when none does, those who have a
    task in this state at all."""
    rows = [row for row in route_of(year).actions if row.task and not row.aside and year.state in row.sources]
    ask_ahead(rows, year, facts)
    open_rows = [row for row in rows if _open(row, facts)]
    expected = open_rows or [row for row in rows if row.about is None]
    return ", ".join(dict.fromkeys(who.label for row in expected for who in row.who))


def _open(row: Action, facts: Facts) -> bool:
    return all(facts[guard] for guard in row.guards if isinstance(guard, Condition))


def _to_come(year: ProjectYear) -> list[Stop]:
    path = MAIN_PATH[route_of(year).name]
    here = State.DRAFT if year.state == State.RETURNED else year.state
    if here not in path:
        return []
    left = path[path.index(State(here)) + 1 :]
    return [Stop(label=str(State(state).label), when="to_come", who=_holders(year, state)) for state in left]


def _holders(year: ProjectYear, target: str) -> str:
    """Who brings a file into ``target``."""
    for row in route_of(year).actions:
        if row.target == target and row.name != "return":
            return " hoặc ".join(who.label for who in row.who)
    return ""
