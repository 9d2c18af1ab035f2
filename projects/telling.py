"""Who is told of an act on files: for whom it became a task, and who has a part in the file.

Tasks come from the rows of the chain (projects/workflow.py): what is open after the act and was not before. A part have
the author, who acted on the file, and who follows it. Of one act a reader gets one notice, however many files.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import HEADS, UNIT_WRITERS, OrganisationKind, Position, valid_on
from accounts.queries import organisation_name, own_seats, seats_now
from accounts.tenancy import NATIONAL_KINDS
from khuyencong.lib.dates import short_date, today
from khuyencong.lib.workflow import Action, Facts, Step
from notices.models import NoticeKind
from notices.queries import choices_of, followers
from notices.services import News, tell
from projects.chain import route_of
from projects.holding import hold, holders_of, kinds_of, means
from projects.models import (
    Authorisation,
    ChangeRequest,
    Event,
    Inspection,
    ListAct,
    ProjectYear,
    RegistrationRound,
    SigningRule,
)
from projects.own_work import NOT_ON_OWN_WORK
from projects.parties import parties_of
from projects.questions import Condition, DeskCondition, ask_of_all
from projects.routes import route_in_sql
from projects.rows.plan import PREREGISTER, SUBMIT
from projects.states import State
from projects.tasks import FIX_FINDING, expected_when
from projects.workflow import ROUTES, rows_of

RETURNS = frozenset(
    {
        "return",
        "return_plan",
        "return_implementation_plan",
        "return_progress",
        "return_advance",
        "return_settlement",
        "return_change",
    }
)
"""Acts that give something back to be done again."""
MONEY = frozenset(
    {
        "allocate",
        "advance",
        "pay",
        "draw",
        "settle",
        "refund",
        "confirm_refund",
        "carry_over",
        "cancel_budget",
    }
)
"""Acts that move money."""
CHANGES = frozenset(
    {
        "request_change",
        "withdraw_change",
        "confirm_change",
        "propose_change",
        "sign_annex",
        "propose_termination",
    }
)
"""Steps of a change or an end: the file stays where it is, and who has a part in it wants to know."""
DECISIONS = frozenset({"approve", "approve_implementation_plan", "decide_change"})
"""Acts that decide on what was asked, wherever they bring the file."""
DECIDED = frozenset({State.APPROVED, State.NOT_SELECTED, State.STOPPED})
"""States into which a decision brings a file."""

Open = frozenset[tuple[int, int, str]]
"""(file, number of the row in its route, kind of body) of tasks that are open; "" where each holder's kind will do."""


@dataclass
class _Reader:
    """What one position is told: its files, what became its task, the kinds of what happened."""

    files: dict[int, Step] = field(default_factory=dict)
    tasks: dict[int, Action] = field(default_factory=dict)
    takes_part: bool = False


def open_tasks(years: Iterable[ProjectYear]) -> Open:
    """Tasks that are open on the files today, whoever holds them; two queries, however many they are."""
    day = today()
    stored = ProjectYear.objects.filter(pk__in=[year.pk for year in years]).order_by()
    changes = ChangeRequest.objects.filter(project_year=OuterRef("pk"))
    where = stored.annotate(route=route_in_sql()).values_list("pk", "route", "state", Exists(changes))
    files = {pk: (route, state, changed) for pk, route, state, changed in where}
    possible: dict[tuple[int, int, str], list[Condition]] = {}
    for pk, (route, state, _) in files.items():
        for number, row in _rows_with_tasks(route, state):
            for kind in _desks(row):
                possible[pk, number, kind] = expected_when(row, frozenset({kind}), day)
    holds = ask_of_all(
        (each for conditions in possible.values() for each in conditions),
        {pk: changed for pk, (_, _, changed) in files.items()},
    )
    return frozenset(
        task for task, conditions in possible.items() if all(task[0] in holds[each] for each in conditions)
    )


@cache
def _rows_with_tasks(route: str, state: str) -> list[tuple[int, Action]]:
    """Rows of the route that are somebody's task in the state, each with its number."""
    return [
        (number, row)
        for number, row in enumerate(ROUTES[route].actions)
        if row.task is not None and state in row.sources
    ]


def _desks(row: Action) -> set[str]:
    """Kinds of bodies of which each is asked by itself whether ``row`` is open; "" when all are asked at once."""
    if any(isinstance(guard, DeskCondition) for guard in row.guards):
        return {who.organisation for who in row.who}
    return {""}


def tell_of(steps: Sequence[Step], before: Open, *, by: Position, list_act: ListAct | None = None) -> None:
    """Tell everybody but the one who acted. ``before``: what was open before the act (``open_tasks``)."""
    files: dict[int, Step] = {step.subject.pk: step for step in steps}
    news = open_tasks([step.subject for step in steps]) - before
    readers: dict[int, _Reader] = {}
    _add_holders(readers, files, news)
    _add_parties(readers, files)
    own = _seats_of_person(by)
    actor = organisation_name(by.organisation)
    told = {pk: reader for pk, reader in readers.items() if pk not in own}
    centres = set(
        Position.objects.filter(pk__in=told, organisation__kind=OrganisationKind.CENTRE).values_list(
            "pk", flat=True
        )
    )
    all_news = {
        pk: _news(reader, actor, list_act, opens_lists=pk not in centres) for pk, reader in told.items()
    }
    inspected = next((step for step in steps if step.details.get("finding")), None)
    if inspected is not None:
        finding = Inspection.objects.get(event=inspected.event)
        all_news |= _of_finding(finding, _happened(steps), before - open_tasks([inspected.subject]), by=by)
    tell(all_news)


def tell_of_closed_finding(inspection: Inspection, before: Open, *, by: Position) -> None:
    """Tell the unit, and whose task it becomes, that a finding no longer holds acceptance and payment."""
    label = "Cho tiếp tục dù còn kiến nghị" if inspection.waiver else "Ghi nhận đã khắc phục kiến nghị"
    tell(_of_finding(inspection, label, open_tasks([inspection.project_year]) - before, by=by))


def _of_finding(inspection: Inspection, label: str, changed: Open, *, by: Position) -> dict[int, News]:
    """What is told of a finding, by position: to who writes for the unit, which has to put it right; to whose tasks
    ``changed`` names, that they wait for it or no longer do."""
    year = inspection.project_year
    is_open = inspection.resolved_on is None
    known = News(
        kind=NoticeKind.STEP,
        label=label,
        url=reverse("finding", args=[inspection.pk]),
        code=year.shown_code,
        due=inspection.fix_by if is_open else None,
        actor=organisation_name(by.organisation),
    )
    if not is_open:
        known = replace(known, url=reverse("file", args=[year.address]))
    found = {}
    for seat, _, row in _holders([year], changed):
        found[seat.pk] = known if is_open else replace(known, kind=NoticeKind.TASK, task=row.task or "")
    unit = Position.objects.filter(
        _people(today()), organisation=year.project.implementer_id, kind__in=UNIT_WRITERS
    )
    for pk in unit.values_list("pk", flat=True):
        found[pk] = replace(known, kind=NoticeKind.TASK, task=FIX_FINDING) if is_open else known
    own = _seats_of_person(by)
    return {pk: news for pk, news in found.items() if pk not in own}


def _seats_of_person(by: Position) -> set[int]:
    """All positions of who acted: he is told nothing of his own act."""
    return set(Position.objects.filter(person_id=by.person_id).values_list("pk", flat=True))


def _people(day: dt.date) -> Q:
    """Positions that somebody holds who may sign in."""
    return valid_on(day) & Q(person__is_active=True)


def _add_holders(readers: dict[int, _Reader], files: dict[int, Step], news: Open) -> None:
    """Positions that hold a row which became open, unless the file is their own work."""
    for seat, pk, row in _holders([step.subject for step in files.values()], news):
        reader = readers.setdefault(seat.pk, _Reader())
        reader.files[pk] = files[pk]
        reader.tasks.setdefault(pk, row)


def _holders(years: Sequence[ProjectYear], tasks: Open) -> Iterator[tuple[Position, int, Action]]:
    """Who holds ``tasks``, each with the file, by its key, and the row; nobody whose own work the file is."""
    if not tasks:
        return
    day = today()
    files = {year.pk: year for year in years}
    rows = {(pk, number): route_of(files[pk]).actions[number] for pk, number, _ in tasks}
    candidates = _candidates(rows.values(), years, day)
    parties: dict[str, dict[int, set[int | None]]] = {}
    facts: Facts = {}
    for pk, number, kind in sorted(tasks):
        year, row = files[pk], rows[pk, number]
        if row.name in NOT_ON_OWN_WORK and row.name not in parties:
            parties[row.name] = parties_of(years, row.name, day)
        own_work = parties.get(row.name, {}).get(pk, set())
        for seat in candidates:
            if seat.person_id in own_work or (kind and seat.organisation.kind != kind):
                continue
            if _holds(row, year, seat, facts):
                yield seat, pk, row


def _candidates(rows: Iterable[Action], years: Sequence[ProjectYear], day: dt.date) -> list[Position]:
    """Positions that could hold one of ``rows`` on one of the files: by their office, by an assignment (KT., TL.) or
    as heads of bodies that were given an act (TUQ.)."""
    whos = {who for row in rows for who in row.who}
    kinds = {kind for who in whos for kind in kinds_of(who)}
    assigned = SigningRule.objects.filter(valid_on(day), position=OuterRef("pk"), in_name_of__isnull=True)
    office = Q(kind__in={kind for who in whos for kind in who.positions}) | Exists(assigned)
    given = Authorisation.objects.filter(valid_on(day), authorised=OuterRef("organisation"))
    there = (
        Q(organisation__kind__in=NATIONAL_KINDS)
        | Q(organisation__tenant__in={year.tenant_id for year in years})
        | Q(organisation__province__in={province for year in years for province in year.project.members})
        | Q(organisation__in={year.project.implementer_id for year in years})
    )
    mine = (Q(organisation__kind__in=kinds) & office) | (Q(kind__in=HEADS) & Exists(given))
    return list(Position.objects.filter(_people(day), there, mine).select_related("organisation"))


def _holds(row: Action, year: ProjectYear, seat: Position, facts: Facts) -> bool:
    """Whether ``seat`` holds ``row`` of the file. The database is asked only about who has more than his office."""
    if any(seat.kind in who.positions and means(who, year, seat) for who in row.who):
        return True
    stand = hold(row, year, seat, None, facts)
    return stand is not None and stand.capacity is not None


def _add_parties(readers: dict[int, _Reader], files: dict[int, Step]) -> None:
    """The author and who acted, of what moves the file, changes it, decides on it, returns it or gives it money; who
    chose to follow it, of every act; nobody who chose not to."""
    acted: dict[int, set[int]] = {}
    for year, position in (
        Event.objects.filter(project_year__in=files)
        .order_by()
        .values_list("project_year", "position")
        .distinct()
    ):
        acted.setdefault(year, set()).add(position)
    chosen = followers(step.subject.project.code for step in files.values())
    wanted: dict[int, set[int]] = {}
    for pk, step in files.items():
        choices = chosen.get(step.subject.project.code, {})
        weighty = (
            step.event.from_state != step.event.to_state
            or step.action.name in CHANGES
            or _kind(step) != NoticeKind.STEP
            or bool(step.details.get("finding"))
        )
        some = {step.subject.project.author_id, *acted.get(pk, ())} if weighty else set()
        wanted[pk] = {each for each in some if choices.get(each, True)} | {
            each for each, is_on in choices.items() if is_on
        }
    everybody = set().union(*wanted.values())
    present = set(Position.objects.filter(_people(today()), pk__in=everybody).values_list("pk", flat=True))
    gone = everybody - present
    seats = dict.fromkeys(present) | (seats_now(gone, today()) if gone else {})
    for pk, positions in wanted.items():
        choices = chosen.get(files[pk].subject.project.code, {})
        for position in {seats[each] or each for each in positions if each in seats}:
            if choices.get(position, True):
                reader = readers.setdefault(position, _Reader())
                reader.files[pk] = files[pk]
                reader.takes_part = True


def follows(year: ProjectYear, position: Position) -> bool:
    """Whether ``position`` is told what happens to the file: by its choice, else when it wrote it or acted on it."""
    acted = Event.objects.filter(own_seats(position), project_year=year)
    wrote = ProjectYear.objects.filter(own_seats(position, "project__author"), pk=year.pk)
    chosen = choices_of(position).filter(code=year.project.code).values("is_on")
    by_choice, has_acted, has_written = (
        ProjectYear.objects.filter(pk=year.pk)
        .values_list(Subquery(chosen), Exists(acted), Exists(wrote))
        .get()
    )
    return bool(has_acted or has_written if by_choice is None else by_choice)


def _kind(step: Step) -> NoticeKind:
    """What the act means to who has a part in the file."""
    if step.action.name in RETURNS:
        return NoticeKind.RETURN
    if (step.event.to_state in DECIDED and step.event.to_state != step.event.from_state) or (
        step.action.name in DECISIONS
    ):
        return NoticeKind.DECISION
    if step.action.name in MONEY:
        return NoticeKind.MONEY
    return NoticeKind.STEP


def _news(reader: _Reader, actor: str, list_act: ListAct | None, *, opens_lists: bool) -> News:
    steps = list(reader.files.values())
    kind = _kind(steps[0])
    if reader.tasks and (kind == NoticeKind.STEP or not (reader.takes_part or kind == NoticeKind.RETURN)):
        kind = NoticeKind.TASK
    task = next(iter(reader.tasks.values())).task if reader.tasks else None
    project = steps[0].subject.project
    one = len(steps) == 1
    if one:
        url = reverse("file", args=[steps[0].subject.address])
    elif list_act is not None and opens_lists:
        url = reverse("list", args=[list_act.pk])
    else:
        url = f"{reverse('file_list')}?{urlencode({'year': steps[0].subject.year, 'programme': project.programme})}"
    returned = one and steps[0].event.to_state == State.RETURNED
    return News(
        kind=kind,
        label=_happened(steps),
        url=url,
        task=task or "",
        code=steps[0].subject.shown_code if one else "",
        count=len(steps),
        due=steps[0].subject.answer_by if returned else None,
        actor=actor,
    )


def _happened(steps: Sequence[Step]) -> str:
    """As in "Trả lại bổ sung", "Phê duyệt kế hoạch (Không chọn)", "Phê duyệt kế hoạch (Phê duyệt 2, Không chọn 1)"."""
    label = steps[0].action.label
    if steps[0].details.get("finding"):
        return f"{label} (có kiến nghị)"
    verdicts = Counter(step.verdict.label for step in steps if step.verdict is not None)
    if not verdicts:
        return label
    if len(verdicts) == 1:
        return f"{label} ({next(iter(verdicts))})"
    return f"{label} ({', '.join(f'{name} {count}' for name, count in verdicts.items())})"


def tell_of_round(opened: RegistrationRound, *, by: Position) -> None:
    """Tell of a round of registration who is to register in it and who may send files for it, by the chain's rows; the
    body that opened it knows."""
    rows = [*rows_of(SUBMIT.name, opened.programme), *([PREREGISTER] if opened.tenant_id is None else [])]
    people = Position.objects.filter(_people(today())).exclude(organisation=by.organisation_id)
    seats = people.select_related("organisation")
    if opened.tenant_id is not None:
        seats = seats.filter(organisation__tenant=opened.tenant_id)
    news = News(
        kind=NoticeKind.ROUND,
        label=f"Mở đợt đăng ký {opened.get_programme_display().lower()}: {opened}, từ {short_date(opened.opens_on)}",
        url=reverse("round", args=[opened.pk]),
        due=opened.closes_on,
        actor=organisation_name(by.organisation),
    )
    tell({seat.pk: news for seat in seats if any(holders_of(row, seat) for row in rows)})
