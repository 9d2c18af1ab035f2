"""What is done for each person every day: reminders of deadlines, then the letter. Asked of the database every minute.

Each step marks the person's day in the same transaction as what it wrote, so it may run any number of times, in several
processes, and goes on where a killed one stopped (docs/decisions/0009).
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts.models import OrganisationKind, Position, User, valid_on
from accounts.queries import working_calendar
from accounts.tenancy import acting_as, positions_of
from khuyencong.lib.deadlines import WorkingCalendar, first_working_day_after, is_working_day
from khuyencong.lib.tasks import Task, expected_of
from notices.letters import write_letter
from notices.models import Mail, NoticeKind, Pace, Reader, Urgent
from notices.queries import notices_of
from notices.services import News, tell

log = logging.getLogger(__name__)

REMINDS_AT = dt.time(6, 30)
LETTERS_AT = dt.time(7, 15)
COMING = 3
"""Working days before a deadline on which it is told for the first time."""
BATCH = 200
"""Persons in one round; the next minute goes on."""

STAGES = {"coming": "Sắp đến hạn", "last": "Đến hạn", "late": "Quá hạn"}
REMEMBERED = dt.timedelta(days=120)


def remind_all(now: dt.datetime) -> int:
    """Remind everybody who was not yet today, on working days from REMINDS_AT on; how many persons.

    ``now``: local time of Viet Nam."""
    day = now.date()
    calendar = working_calendar()
    if now.time() < REMINDS_AT or not is_working_day(day, calendar):
        return 0
    _add_readers(day)
    waiting = Reader.objects.filter(Q(reminded_on=None) | Q(reminded_on__lt=day), _at_work(day))
    return _each(waiting, lambda person: remind(person, day, calendar))


def remind(person: User, day: dt.date, calendar: WorkingCalendar) -> None:
    """Tell the person, in each position, of deadlines that come or are over and were not told before."""
    with transaction.atomic():
        reader = Reader.objects.select_for_update().get(pk=person.pk)
        if reader.reminded_on is not None and reader.reminded_on >= day:
            return
        for position in positions_of(person.pk, day):
            if position.organisation.kind != OrganisationKind.OPERATOR:
                with acting_as(position):
                    _remind_position(position, day, calendar)
        reader.reminded_on = day
        reader.save(update_fields=["reminded_on"])


def _remind_position(position: Position, day: dt.date, calendar: WorkingCalendar) -> None:
    """One notice for all tasks of one name, deadline and stage; a task is told once at each stage."""
    groups: dict[tuple[str, str, dt.date], list[Task]] = {}
    for task in expected_of(position, day):
        stage = stage_of(task.due, day, calendar) if task.due is not None else None
        if stage is not None and task.due is not None:
            groups.setdefault((stage, task.label, task.due), []).append(task)
    if not groups:
        return
    told = _told_before(position, day)
    for (stage, label, due), tasks in groups.items():
        fresh = [task for task in tasks if _cover(stage, task) not in told]
        if not fresh:
            continue
        one = len(fresh) == 1
        news = News(
            kind=NoticeKind.DUE,
            label=f"{STAGES[stage]}: {label}",
            url=fresh[0].url if one else reverse("today"),
            code=fresh[0].code if one else "",
            count=len(fresh),
            due=due,
            key=f"due:{stage}:{due}:{day}:{label}",
            covers=[_cover(stage, task) for task in fresh],
        )
        tell({position.pk: news})


def stage_of(due: dt.date, day: dt.date, calendar: WorkingCalendar) -> str | None:
    """ "coming" within COMING working days, "last" on the last working day in time, "late" after it; else None."""
    if due < day:
        return "late"
    left, next_day = 0, day
    while left <= COMING:
        next_day = first_working_day_after(next_day, calendar)
        if next_day > due:
            return "last" if left == 0 else "coming"
        left += 1
    return None


def _cover(stage: str, task: Task) -> str:
    return f"{stage} {task.due} {task.label} {task.url}"


def _told_before(position: Position, day: dt.date) -> set[str]:
    rows = notices_of(position).filter(kind=NoticeKind.DUE, created_at__date__gte=day - REMEMBERED)
    return {cover for covers in rows.values_list("covers", flat=True) for cover in covers}


def write_letters(now: dt.datetime) -> int:
    """Write the letters that are due: at once to who asked for it, daily and weekly ones on working days from
    LETTERS_AT on, after the reminders. How many persons were looked at."""
    urgent = Urgent.objects.order_by().values_list("person", flat=True).distinct()[:BATCH]
    looked = 0
    for person in User.objects.filter(pk__in=list(urgent)):
        write_letter(person, [Pace.NOW])
        looked += 1
    day = now.date()
    calendar = working_calendar()
    if now.time() < LETTERS_AT or not is_working_day(day, calendar):
        return looked
    waiting = Reader.objects.filter(Q(daily_on=None) | Q(daily_on__lt=day), _at_work(day), reminded_on=day)
    return looked + _each(waiting, lambda person: _daily(person, day))


def _daily(person: User, day: dt.date) -> None:
    with transaction.atomic():
        reader = Reader.objects.select_for_update().get(pk=person.pk)
        if reader.daily_on is not None and reader.daily_on >= day:
            return
        monday = day - dt.timedelta(days=day.weekday())
        weekly = reader.weekly_on is None or reader.weekly_on < monday
        write_letter(person, [Pace.NOW, Pace.DAILY, *([Pace.WEEKLY] if weekly else [])])
        reader.daily_on = day
        reader.weekly_on = day if weekly else reader.weekly_on
        reader.save(update_fields=["daily_on", "weekly_on"])


def forget_old(now: dt.datetime) -> None:
    """Letters that ended more than 90 days ago go."""
    Mail.objects.filter(created_at__lt=now - dt.timedelta(days=90)).exclude(
        state__in=["QUEUED", "HANDING"]
    ).delete()


def _at_work(day: dt.date) -> Q:
    held = Position.objects.filter(valid_on(day), person__isnull=False)
    return Q(person__is_active=True, person__in=held.values("person"))


def _add_readers(day: dt.date) -> None:
    """A row for everybody who holds a position."""
    held = Position.objects.filter(valid_on(day), person__isnull=False, person__is_active=True)
    missing = held.exclude(person__in=Reader.objects.values("person")).values_list("person", flat=True)
    Reader.objects.bulk_create([Reader(person_id=pk) for pk in set(missing)], ignore_conflicts=True)


def _each(readers: QuerySet[Reader], work: Callable[[User], None]) -> int:
    found = list(readers.select_related("person").order_by("pk")[:BATCH])
    for reader in found:
        try:
            work(reader.person)
        except (
            Exception
        ):  # one person's fault keeps nobody else from their notices; the next minute tries again
            log.exception("person %s", reader.pk)
    return len(found)
