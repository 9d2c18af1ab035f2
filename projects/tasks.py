"""What is expected of a position today, from the rows of the chain: open in the file's state, its conditions hold."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import OrganisationKind, Position
from khuyencong.lib.workflow import Action, Who
from projects.conditions import Condition
from projects.guards import NOT_ON_OWN_WORK, OWN_WORK
from projects.models import Acceptance, ContractItem, Event, ProgressReport, ProjectYear, RegistrationRound
from projects.queries import files_visible_to
from projects.workflow import ROUTES

PREVIEW = 200
"""Files shown under one kind of task; the count beside it is of all."""


@dataclass(frozen=True)
class Task:
    """One thing expected: ``action`` on ``years``. ``due`` is the earliest deadline, None when there is none.

    List acts are one task for all their files; others one per file."""

    action: Action
    programme: str
    label: str
    years: tuple[ProjectYear, ...]
    due: dt.date | None
    overdue: bool


def tasks_of(position: Position, today: dt.date) -> list[Task]:
    """Tasks of ``position`` on ``today``, the most urgent first. One query per kind of task and one for deadlines."""
    found: list[Task] = []
    seen = files_visible_to(position)
    for route in ROUTES.values():
        for row in route.actions:
            holders = [who for who in row.who if _sits(who, position)]
            if row.task is None or not holders:
                continue
            years = list(
                _open_for(row, holders, position, seen.filter(project__programme=route.name), today)[:PREVIEW]
            )
            if not years:
                continue
            if row.list_act:
                due = min((day for year in years if (day := _due(row, year, today))), default=None)
                found.append(_task(row, route.name, tuple(years), due, today))
            else:
                found += [_task(row, route.name, (year,), _due(row, year, today), today) for year in years]
    return sorted(found, key=lambda task: (task.due or dt.date.max, task.years[0].pk))


def _task(
    row: Action, programme: str, years: tuple[ProjectYear, ...], due: dt.date | None, today: dt.date
) -> Task:
    assert row.task is not None
    return Task(row, programme, row.task, years, due, due is not None and due < today)


def _sits(who: Who, position: Position) -> bool:
    """Whether the position is of the right kind in the right kind of body (which file comes later)."""
    kind = position.organisation.kind
    body = {
        "implementer": kind == OrganisationKind.CENTRE,
        "acceptor": kind in {OrganisationKind.DEPARTMENT, OrganisationKind.AGENCY},
    }.get(who.organisation, kind == who.organisation)
    return body and position.kind in who.positions


def _open_for(
    row: Action, holders: list[Who], position: Position, seen: QuerySet[ProjectYear], today: dt.date
) -> QuerySet[ProjectYear]:
    rows = seen.filter(state__in=row.sources, tenant_id__in=_writable(position, seen))
    if any(who.organisation == "implementer" for who in holders):
        rows = rows.filter(project__implementer=position.organisation)
    if any(who.organisation == "acceptor" for who in holders):
        rows = rows.filter(
            Exists(
                ContractItem.objects.filter(
                    project_year=OuterRef("pk"), contract__accepting_body=position.organisation
                )
            )
        )
    if row.name in NOT_ON_OWN_WORK:
        rows = rows.exclude(project__author__person_id=position.person_id).exclude(
            Exists(
                Event.objects.filter(
                    project_year=OuterRef("pk"), action__in=OWN_WORK, person_id=position.person_id
                )
            )
        )
    if row.name == "report_progress":
        month = today.replace(day=1)
        rows = rows.exclude(Exists(ProgressReport.objects.filter(project_year=OuterRef("pk"), month=month)))
        rows = rows.exclude(state="accepted")
    for guard in row.guards:
        if isinstance(guard, Condition):
            rows = guard.narrow(rows)
    return rows.order_by("state_since", "pk")


def _writable(position: Position, seen: QuerySet[ProjectYear]) -> QuerySet[ProjectYear] | list[int]:
    """Tenants whose files the position may move: a province's own; national positions those the wall lets them."""
    if position.organisation.province_id is not None:
        return [position.organisation.tenant_id]
    return seen.filter(nation_writes=True).values("tenant_id")


def _due(row: Action, year: ProjectYear, today: dt.date) -> dt.date | None:
    """Deadline of a task: terms and fixed dates of chain.md and law.md §1.4."""
    if row.name == "submit":
        return year.answer_by or _round_deadline(year, today)
    if row.name in {"appraise_department", "register"} and year.round is not None:
        return year.round.closes_on
    if row.name == "report_progress":
        return today.replace(day=24)  # before the 25th (T36 article 23.3a)
    if row.name == "request_payment":
        last = Acceptance.objects.filter(project_year=year).order_by("-accepted_on").first()
        return last.accepted_on + dt.timedelta(days=15) if last else None  # T36 article 18.1
    if row.name == "settle":
        return dt.date(year.year + 1, 1, 22)  # T36 article 18.2
    if row.name == "accept":
        item = (
            ContractItem.objects.filter(project_year=year).select_related("contract").order_by("-pk").first()
        )
        return item.contract.ends_on if item else None
    return None


def _round_deadline(year: ProjectYear, today: dt.date) -> dt.date | None:
    local = Q(tenant_id=year.tenant_id) if year.project.programme == "LOCAL" else Q(tenant__isnull=True)
    open_rounds = RegistrationRound.objects.filter(
        local, programme=year.project.programme, year=year.year, opens_on__lte=today, closes_on__gte=today
    )
    found = open_rounds.order_by("closes_on").first()
    return (found.unit_deadline or found.closes_on) if found else None
