"""Who is told of an act on files: for whom it became a task, and who has a part in the file.

Tasks come from the rows of the chain (projects/workflow.py): what is open after the act and was not before. A part have
the author, who acted on the file, and who follows it. Of one act a reader gets one notice, however many files.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Exists, Q, Subquery
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import OrganisationKind, Position, valid_on
from accounts.queries import organisation_name
from accounts.tenancy import NATIONAL_KINDS
from khuyencong.lib.dates import short_date, today
from khuyencong.lib.workflow import Action, Step
from notices.models import NoticeKind
from notices.queries import choices_of, followers
from notices.services import News, tell
from projects.bodies import BEARERS
from projects.chain import route_of
from projects.conditions import Condition
from projects.guards import NOT_ON_OWN_WORK, OWN_WORK
from projects.holding import holders_of, means
from projects.models import Event, ListAct, ProjectYear, RegistrationRound
from projects.rows.plan import PREREGISTER, SUBMIT
from projects.states import State
from projects.workflow import ROUTES

RETURNS = frozenset({"return", "return_plan", "return_progress", "return_advance", "return_settlement"})
"""Acts that give something back to be done again."""
MONEY = frozenset({"allocate", "advance", "pay", "draw", "settle", "refund", "confirm_refund"})
"""Acts that move money."""
DECIDED = frozenset({State.APPROVED, State.NOT_SELECTED, State.STOPPED})
"""States into which a decision brings a file."""

Open = frozenset[tuple[int, int]]
"""(file, number of the row in its route) of tasks that are open."""


@dataclass
class _Reader:
    """What one position is told: its files, what became its task, the kinds of what happened."""

    files: dict[int, Step] = field(default_factory=dict)
    tasks: dict[int, Action] = field(default_factory=dict)
    takes_part: bool = False


def open_tasks(years: Iterable[ProjectYear]) -> Open:
    """Tasks that are open on the files, whoever holds them. One query for each row in whose states files are."""
    keys = [year.pk for year in years]
    stored = ProjectYear.objects.filter(pk__in=keys).order_by()
    there = set(stored.values_list("project__programme", "state"))
    found: set[tuple[int, int]] = set()
    for route in ROUTES.values():
        for number, row in enumerate(route.actions):
            if row.task is None or not any((route.name, state) in there for state in row.sources):
                continue
            rows = stored.filter(project__programme=route.name, state__in=row.sources)
            for guard in row.guards:
                if isinstance(guard, Condition):
                    rows = guard.narrow(rows)
            found |= {(pk, number) for pk in rows.values_list("pk", flat=True)}
    return frozenset(found)


def tell_of(steps: Sequence[Step], before: Open, *, by: Position, list_act: ListAct | None = None) -> None:
    """Tell everybody but the one who acted. ``before``: what was open before the act (``open_tasks``)."""
    files: dict[int, Step] = {step.subject.pk: step for step in steps}
    news = open_tasks([step.subject for step in steps]) - before
    readers: dict[int, _Reader] = {}
    _add_holders(readers, files, news)
    _add_parties(readers, files)
    own = set(Position.objects.filter(person_id=by.person_id).values_list("pk", flat=True))
    actor = organisation_name(by.organisation)
    told = {pk: reader for pk, reader in readers.items() if pk not in own}
    centres = set(
        Position.objects.filter(pk__in=told, organisation__kind=OrganisationKind.CENTRE).values_list(
            "pk", flat=True
        )
    )
    tell({pk: _news(reader, actor, list_act, opens_lists=pk not in centres) for pk, reader in told.items()})


def _people(day: dt.date) -> Q:
    """Positions that somebody holds who may sign in."""
    return valid_on(day) & Q(person__is_active=True)


def _add_holders(readers: dict[int, _Reader], files: dict[int, Step], news: Open) -> None:
    """Positions that hold a row which became open, unless the file is their own work."""
    if not news:
        return
    rows = {(pk, number): route_of(files[pk].subject).actions[number] for pk, number in news}
    kinds = {
        kind
        for row in rows.values()
        for who in row.who
        for kind in (BEARERS[who.organisation].kinds if who.organisation in BEARERS else {who.organisation})
    }
    held = {kind for row in rows.values() for who in row.who for kind in who.positions}
    subjects = [files[pk].subject for pk, _ in news]
    places = {province.pk for year in subjects for province in year.project.provinces}
    units = {year.project.implementer_id for year in subjects}
    bodies = Q(organisation__kind__in=kinds) & (
        Q(organisation__kind__in=NATIONAL_KINDS)
        | Q(organisation__tenant__in={year.tenant_id for year in subjects})
        | Q(organisation__province__in=places)
        | Q(organisation__in=units)
    )
    seats = Position.objects.filter(_people(today()), bodies, kind__in=held).select_related("organisation")
    candidates = list(seats)
    parties = _parties(files) if any(row.name in NOT_ON_OWN_WORK for row in rows.values()) else {}
    for (pk, _), row in sorted(rows.items()):
        year = files[pk].subject
        for seat in candidates:
            if row.name in NOT_ON_OWN_WORK and seat.person_id in parties.get(pk, ()):
                continue
            if any(seat.kind in who.positions and means(who, year, seat) for who in row.who):
                reader = readers.setdefault(seat.pk, _Reader())
                reader.files[pk] = files[pk]
                reader.tasks.setdefault(pk, row)


def _parties(files: dict[int, Step]) -> dict[int, set[int]]:
    """Persons whose own work each file is (projects/guards.py); two queries."""
    found: dict[int, set[int]] = {}
    for year, person in Event.objects.filter(project_year__in=files, action__in=OWN_WORK).values_list(
        "project_year", "person"
    ):
        found.setdefault(year, set()).add(person)
    units: dict[int, set[int]] = {}
    bodies = {step.subject.project.implementer_id for step in files.values()}
    for body, person in Position.objects.filter(
        valid_on(today()), organisation__in=bodies, person__isnull=False
    ).values_list("organisation", "person"):
        units.setdefault(body, set()).add(person)
    for pk, step in files.items():
        project = step.subject.project
        found.setdefault(pk, set()).update(units.get(project.implementer_id, ()), {project.author.person_id})
    return found


def _add_parties(readers: dict[int, _Reader], files: dict[int, Step]) -> None:
    """The author and who acted, of what moves the file, decides on it, returns it or gives it money; who chose to
    follow it, of every act; nobody who chose not to."""
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
        weighty = step.event.from_state != step.event.to_state or _kind(step) != NoticeKind.STEP
        some = {step.subject.project.author_id, *acted.get(pk, ())} if weighty else set()
        wanted[pk] = {each for each in some if choices.get(each, True)} | {
            each for each, is_on in choices.items() if is_on
        }
    everybody = set().union(*wanted.values())
    present = set(Position.objects.filter(_people(today()), pk__in=everybody).values_list("pk", flat=True))
    for pk, positions in wanted.items():
        for position in positions & present:
            reader = readers.setdefault(position, _Reader())
            reader.files[pk] = files[pk]
            reader.takes_part = True


def follows(year: ProjectYear, position: Position) -> bool:
    """Whether ``position`` is told what happens to the file: by its choice, else when it wrote it or acted on it."""
    acted = Event.objects.filter(project_year=year, position=position)
    chosen = choices_of(position).filter(code=year.project.code).values("is_on")
    row = ProjectYear.objects.filter(pk=year.pk).values_list(Subquery(chosen), Exists(acted)).get()
    return row[0] if row[0] is not None else row[1] or year.project.author_id == position.pk


def _kind(step: Step) -> NoticeKind:
    """What the act means to who has a part in the file."""
    if step.action.name in RETURNS:
        return NoticeKind.RETURN
    if (step.event.to_state in DECIDED and step.event.to_state != step.event.from_state) or (
        step.action.name == "approve"
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
        code=project.code if one else "",
        count=len(steps),
        due=steps[0].subject.answer_by if returned else None,
        actor=actor,
    )


def _happened(steps: Sequence[Step]) -> str:
    """As in "Trả lại bổ sung", "Phê duyệt kế hoạch (Không chọn)", "Phê duyệt kế hoạch (Phê duyệt 2, Không chọn 1)"."""
    label = steps[0].action.label
    verdicts = Counter(step.verdict.label for step in steps if step.verdict is not None)
    if not verdicts:
        return label
    if len(verdicts) == 1:
        return f"{label} ({next(iter(verdicts))})"
    return f"{label} ({', '.join(f'{name} {count}' for name, count in verdicts.items())})"


def tell_of_round(opened: RegistrationRound, *, by: Position) -> None:
    """Tell of a round of registration who is to register in it and who may send files for it, by the chain's rows."""
    rows = [*ROUTES[opened.programme].rows(SUBMIT.name), *([PREREGISTER] if opened.tenant_id is None else [])]
    people = Position.objects.filter(_people(today())).exclude(person=by.person_id)
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
