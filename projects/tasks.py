"""What is expected of a position today, from the rows of the chain: open in the file's state, its conditions hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts.models import IMPLEMENTING_KINDS, UNIT_WRITERS, Position
from accounts.queries import working_calendar
from budgets.models import Programme
from khuyencong.lib import tasks
from khuyencong.lib.dates import short_date
from khuyencong.lib.deadlines import WorkingCalendar
from khuyencong.lib.money import dong
from khuyencong.lib.workflow import Action, Facts
from projects.conditions import NO_OPEN_FINDING
from projects.deadlines import dossier_limit, progress_limit, settlement_limit
from projects.holding import held_files, holders_of, holds_without_file, seat_of
from projects.models import (
    ChangeOutcome,
    ChangeType,
    ContractItem,
    Inspection,
    ProgressReport,
    ProjectYear,
    RegistrationReport,
    RegistrationRound,
)
from projects.own_work import NOT_ON_OWN_WORK
from projects.parties import without_own_work
from projects.queries import files_visible_to, given_back, meant_amounts, owes_no_report_yet
from projects.questions import Condition, DeskCondition
from projects.routes import PROGRAMME_OF, on_route, route_in_sql
from projects.rows.plan import PREREGISTER
from projects.states import SENDINGS, State
from projects.workflow import ROUTES
from projects.years import years_to_begin

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
    """Tasks of ``position`` on ``today``, the most urgent first. One query for each row that it holds and that has
    files in its states, and three more, whatever the number of files."""
    found: list[Task] = []
    facts: Facts = {}
    on_lists: dict[tuple[str, str, int], tuple[Action, list[ProjectYear]]] = {}
    calendar = cache(working_calendar)
    files = files_visible_to(position).order_by()
    there = set(files.annotate(route=route_in_sql()).values_list("route", "state").distinct())
    rounds = open_rounds(today)
    for route in ROUTES.values():
        for row in route.actions:
            if row.task is None or not holders_of(row, position, facts):
                continue
            if not any((route.name, state) in there for state in row.sources):
                continue
            programme = str(PROGRAMME_OF[route.name])
            for year in dated(open_files(row, route.name, position, today, facts))[:PREVIEW]:
                if row.list_act:  # one list for the files of all routes of the programme
                    on_lists.setdefault((row.name, programme, year.year), (row, []))[1].append(year)
                else:
                    due = due_of(row.name, year, today, rounds, calendar)
                    found.append(_task(row, programme, (year,), due, today))
    for (_, programme, _), (row, years) in on_lists.items():
        days = (day for year in years if (day := due_of(row.name, year, today, rounds, calendar)))
        found.append(_task(row, programme, tuple(years), min(days, default=None), today))
    return sorted(found, key=lambda task: (task.due or dt.date.max, task.years[0].pk))


def _task(
    row: Action, programme: str, years: tuple[ProjectYear, ...], due: dt.date | None, today: dt.date
) -> Task:
    return Task(row, programme, row.task or "", years, due, due is not None and due < today)


def expected(position: Position, today: dt.date) -> list[tasks.Task]:
    """All that is expected of ``position`` in projects: acts on files and lists, the report of registration, findings
    of inspections that are open, files that its head alone sends. Queries as in ``tasks_of``, one more, three more for
    heads, two for who writes, two more where years of projects are to be begun, and where findings are open one for
    each row that they hold back."""
    found = tasks_of(position, today)
    meant = meant_amounts(year for task in found if task.action.list_act for year in task.years)
    return [
        *(_on_files(task, meant) for task in found),
        *_to_write(position),
        *_to_begin(position, today),
        *_unsent_registrations(position, today),
        *_of_findings(position, today),
    ]


def _on_files(task: Task, meant: Mapping[int, int]) -> tasks.Task:
    """The task with its address: a list act leads to its list, sending to where it is completed.

    ``meant``: what the list would come to, file by file, in đồng."""
    first = task.years[0]
    if task.action.list_act:
        programme = Programme(task.programme)
        support = sum(meant[year.pk] for year in task.years)
        return tasks.Task(
            label=task.label,
            url=reverse("list_new", args=[task.action.name, task.programme.lower(), first.year]),
            title=f"{len(task.years)} hồ sơ {programme.label.lower()} năm {first.year}, {dong(support)}",
            due=task.due,
        )
    address = first.address
    page = WRITTEN_AT.get(task.action.name)
    return tasks.Task(
        label=task.label,
        url=reverse(page, args=[address]) if page else reverse("act", args=[address, task.action.name]),
        code=first.shown_code,
        title=first.project.title,
        due=task.due,
        note=_given_back(first),
    )


WRITTEN_AT = dict.fromkeys(SENDINGS, "file") | {"submit_implementation_plan": "beneficiaries"}
"""Acts before which something is written: the task leads there."""


def _to_begin(position: Position, today: dt.date) -> list[tasks.Task]:
    """Budget years of the unit's projects that are to be begun, for the people who write them."""
    if position.organisation.kind not in IMPLEMENTING_KINDS or position.kind not in UNIT_WRITERS:
        return []
    return [
        tasks.Task(
            label=f"Lập phần kinh phí năm {each.number}",
            url=reverse("file", args=[each.latest.address]),
            code=each.latest.project.code,
            title=each.latest.project.title,
            due=each.due,
        )
        for each in years_to_begin(position.organisation, today)[:PREVIEW]
    ]


def _to_write(position: Position) -> list[tasks.Task]:
    """Files that go straight to the agency, for the people of the unit who write and do not send them (T36 article
    8.1b: its head does)."""
    kind = position.organisation.kind
    sending = ROUTES["DIRECT"].rows("submit")
    if kind not in IMPLEMENTING_KINDS or position.kind not in UNIT_WRITERS:
        return []
    if any(holders_of(row, position) for row in sending):
        return []
    found = (
        files_visible_to(position)
        .filter(
            on_route("DIRECT"), state__in=sending[0].sources, project__implementer=position.organisation_id
        )
        .order_by("state_since", "pk")[:PREVIEW]
    )
    return [
        tasks.Task(
            label="Hoàn thiện hồ sơ để người đứng đầu gửi",
            url=reverse("file", args=[year.address]),
            code=year.shown_code,
            title=year.project.title,
            due=year.answer_by,
            note=_given_back(year),
        )
        for year in found
    ]


def _given_back(year: ProjectYear) -> str:
    return f"Trả lại ngày {short_date(year.state_since)}" if year.state == State.RETURNED else ""


def _unsent_registrations(position: Position, today: dt.date) -> list[tasks.Task]:
    """National rounds that are open and to which the department has not said what it registers (T36 article 6.1)."""
    if holds_without_file(PREREGISTER, Programme.NATIONAL, position) is None:
        return []
    rounds = RegistrationRound.objects.filter(
        programme=Programme.NATIONAL, opens_on__lte=today, closes_on__gte=today
    ).exclude(
        Exists(RegistrationReport.objects.filter(round=OuterRef("pk"), organisation=position.organisation))
    )
    return [
        tasks.Task(
            label=PREREGISTER.task or "",
            url=reverse("registration_report_new", args=[found.pk]),
            title=f"{found.get_programme_display()}: {found}",
            due=found.closes_on,
            note="Không đăng ký cũng trả lời",
        )
        for found in rounds
    ]


def _of_findings(position: Position, today: dt.date) -> list[tasks.Task]:
    """Findings that are open: for the body that inspected to be closed, for the unit to be put right, for whom they
    keep from an act to know why it waits."""
    found = (
        Inspection.objects.filter(resolved_on__isnull=True)
        .exclude(finding="")
        .filter(project_year__in=files_visible_to(position))
        .select_related("project_year__project", "event")
        .order_by("pk")
    )
    body = position.organisation_id
    facts: Facts = {}
    inspects = cache(
        lambda: any(
            holders_of(row, position, facts) for route in ROUTES.values() for row in route.rows("inspect")
        )
    )
    result: list[tasks.Task] = []
    holding: dict[int, Inspection] = {}
    for inspection in found:
        if inspection.event.organisation_id == body and inspects():
            result.append(_about_finding(inspection, "Ghi nhận khắc phục kiến nghị"))
        elif inspection.project_year.project.implementer_id == body and position.kind in UNIT_WRITERS:
            result.append(_about_finding(inspection, FIX_FINDING, "Xong thì báo cơ quan kiểm tra"))
        else:
            holding.setdefault(inspection.project_year_id, inspection)
    for year, row in _held_back(position, today, holding, facts) if holding else ():
        task = _about_finding(holding[year.pk], f"{row.task} (đang chờ)", "Chờ khắc phục kiến nghị")
        result.append(replace(task, due=due_of(row.name, year, today, [], working_calendar)))
    return result


FIX_FINDING = "Khắc phục kiến nghị kiểm tra"
"""What a finding expects of the unit."""


def _about_finding(inspection: Inspection, label: str, note: str = "") -> tasks.Task:
    return tasks.Task(
        label=label,
        url=reverse("finding", args=[inspection.pk]),
        code=inspection.project_year.shown_code,
        title=inspection.finding,
        due=inspection.fix_by,
        note=note,
    )


def _held_back(
    position: Position, today: dt.date, files: Collection[int], facts: Facts
) -> Iterator[tuple[ProjectYear, Action]]:
    """Of ``files`` those on which ``position`` would have a task, were it not for the finding; one query a row."""
    for route in ROUTES.values():
        for row in route.actions:
            if row.task is None or NO_OPEN_FINDING not in row.guards or not holders_of(row, position, facts):
                continue
            free = replace(row, guards=tuple(each for each in row.guards if each is not NO_OPEN_FINDING))
            waiting = open_files(free, route.name, position, today, facts).filter(pk__in=files)
            yield from ((year, row) for year in dated(waiting))


def open_files(
    row: Action, route: str, position: Position, today: dt.date, facts: Facts | None = None
) -> QuerySet[ProjectYear]:
    """Files on which ``position`` may do ``row`` today: the right state, its conditions hold, not its own work."""
    facts = {} if facts is None else facts
    given = seat_of(position, facts=facts).authorisations
    kinds = {
        position.organisation.kind,
        *(each.authoriser.kind for each in given if row.name in each.actions),
    }
    seen = expected_files(files_visible_to(position), row, route, kinds, today)
    rows = held_files(seen, row, position, facts)
    if row.name in NOT_ON_OWN_WORK:
        rows = without_own_work(rows, row.name, position.person_id, today)
    return rows.order_by("state_since", "pk")


def expected_files(
    rows: QuerySet[ProjectYear], row: Action, route: str, kinds: Collection[str], today: dt.date
) -> QuerySet[ProjectYear]:
    """Those of ``rows`` on which ``row`` is expected today of, or in the name of, bodies of ``kinds``, whoever holds it
    there: the right state, its conditions hold, and it would not ask for a reason."""
    rows = rows.filter(on_route(route), state__in=row.sources)
    for condition in expected_when(row, frozenset(kinds), today):
        rows = condition.narrow(rows)
    return rows


def expected_when(row: Action, kinds: frozenset[str], today: dt.date) -> list[Condition]:
    """What must hold of a file in one of the states of ``row``, that it is expected today of bodies of ``kinds``."""
    asked = (*row.guards, *row.warnings)  # what would ask for a reason is not expected
    conditions = [each for each in asked if isinstance(each, Condition)]
    conditions += [each.of(kinds) for each in asked if isinstance(each, DeskCondition)]
    if row.name == "report_progress":
        conditions.append(_report_due(today.replace(day=1)))
    return conditions


@cache
def _report_due(month: dt.date) -> Condition:
    """At work, and the month was not reported though a report of it is due, or a report of whichever month was given
    back."""

    def narrow(rows: QuerySet[ProjectYear]) -> QuerySet[ProjectYear]:
        reports = ProgressReport.objects.filter(project_year=OuterRef("pk"))
        this_month = reports.filter(returned__isnull=True, month=month)
        nothing_due = Q(Exists(this_month)) | owes_no_report_yet(progress_limit(month))
        return rows.exclude(nothing_due & ~Q(Exists(given_back(reports)))).exclude(state="accepted")

    return Condition("Chưa báo cáo tiến độ tháng này", narrow, "Tháng này đã báo cáo tiến độ.")


def dated(rows: QuerySet[ProjectYear]) -> QuerySet[ProjectYear]:
    """The files with the days that their deadlines are counted from, in the same query."""
    extended = Q(changes__outcome=ChangeOutcome.APPROVED, changes__type=ChangeType.EXTEND_NEXT_YEAR)
    items = ContractItem.objects.filter(project_year=OuterRef("pk")).order_by("-pk")
    contracts = items.values(last_day=Coalesce("ends_on", "contract__ends_on"))
    return rows.select_related("round", "project").annotate(
        last_accepted=Max("acceptances__accepted_on"),
        contract_ends=Subquery(contracts[:1]),
        extensions=Count("changes", filter=extended, distinct=True),
    )


def open_rounds(today: dt.date) -> list[RegistrationRound]:
    """Rounds of registration that are open; one query."""
    return list(RegistrationRound.objects.filter(opens_on__lte=today, closes_on__gte=today))


def due_of(
    action: str,
    year: ProjectYear,
    today: dt.date,
    rounds: list[RegistrationRound],
    calendar: Callable[[], WorkingCalendar],
) -> dt.date | None:
    """Deadline of ``action``: terms and fixed dates of chain.md and law.md §1.4. ``year`` comes from ``dated``."""
    if action in SENDINGS:
        return year.answer_by or _round_deadline(year, rounds)
    if action in {"appraise_department", "register"} and year.round is not None:
        return year.round.closes_on
    if action == "report_progress":
        return progress_limit(today)
    if action in {"check_payment_request", "request_payment"}:
        last: dt.date | None = year.last_accepted  # type: ignore[attr-defined]
        return dossier_limit(last, calendar()) if last else None
    if action in {"confirm_settlement", "check_settlement", "settle"}:
        return settlement_limit(year.year + year.extensions)  # type: ignore[attr-defined]
    if action == "accept":
        return year.contract_ends  # type: ignore[attr-defined,no-any-return]
    return None


def _round_deadline(year: ProjectYear, rounds: list[RegistrationRound]) -> dt.date | None:
    """Until when the unit sends its file: the earliest open round of its programme and year."""
    tenant = year.tenant_id if year.project.programme == Programme.LOCAL else None
    days = [
        found.unit_deadline or found.closes_on
        for found in rounds
        if (found.programme, found.year, found.tenant_id) == (year.project.programme, year.year, tenant)
    ]
    return min(days, default=None)
