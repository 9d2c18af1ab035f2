"""The deadlines of a position as a calendar (RFC 5545): all-day entries with code, task and link, nothing else.

A calendar program has no second factor and keeps what it reads on a phone, hence so little.
"""

from __future__ import annotations

import datetime as dt
import hashlib

from django.conf import settings
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone
from icalendar import Calendar, Event

from accounts.models import OrganisationKind, Position
from accounts.tenancy import acting_as, positions_of
from khuyencong.lib.dates import ZONE
from khuyencong.lib.tasks import Task, expected_of
from notices.letters import absolute
from notices.models import CalendarFeed
from notices.services import digest_of, password_mark

WINDOW = dt.timedelta(minutes=10)
MOST_IN_WINDOW = 30


class TooOften(Exception):
    """The address was asked more than MOST_IN_WINDOW times in WINDOW."""


def deadlines(position: Position, day: dt.date) -> bytes:
    """The calendar of what is expected of ``position`` on ``day`` and has a deadline, inside its scope."""
    calendar = Calendar()
    calendar.add("prodid", "-//Khuyen cong//Han cong viec//VI")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Khuyến công: hạn công việc")
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
    calendar.add("refresh-interval", dt.timedelta(hours=6), parameters={"VALUE": "DURATION"})
    for task in _single(expected_of(position, day)):
        calendar.add_component(_event(task, position, day))
    content: bytes = calendar.to_ical()
    return content


def _single(tasks: list[Task]) -> list[Task]:
    """Tasks with a deadline, each address and name once."""
    found = {(task.url, task.label): task for task in reversed(tasks) if task.due is not None}
    return sorted(found.values(), key=lambda task: (task.due or dt.date.max, task.url, task.label))


def _event(task: Task, position: Position, day: dt.date) -> Event:
    """``UID`` stays with the task of a position, also when its deadline moves."""
    assert task.due is not None
    name = hashlib.sha256(f"{position.pk} {task.url} {task.label}".encode()).hexdigest()[:32]
    event = Event()
    event.add("uid", f"{name}@khuyencong")
    event.add("dtstamp", dt.datetime.combine(day, dt.time(), ZONE).astimezone(dt.UTC))
    event.add("summary", f"{task.code}: {task.label}" if task.code else task.label)
    event.add("dtstart", task.due)
    event.add("dtend", task.due + dt.timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    event.add("url", absolute(task.url))
    event.add("description", absolute(task.url))
    return event


def feed_of(secret: str) -> CalendarFeed | None:
    """The address that this secret opens; None when it was revoked, or its person may not sign in. Raises TooOften.

    Outside every tenant. Counts the asking."""
    feed = (
        CalendarFeed.objects.select_related("person")
        .filter(digest=digest_of(secret), revoked_at=None, person__is_active=True)
        .first()
    )
    if feed is None or feed.password_mark != password_mark(feed.person) or feed.person.must_change_password:
        return None
    now = timezone.now()
    over = Q(window_from=None) | Q(window_from__lt=now - WINDOW)
    counted = CalendarFeed.objects.filter(Q(asked__lt=MOST_IN_WINDOW) | over, pk=feed.pk).update(
        asked=Case(When(over, then=Value(1)), default=F("asked") + 1),
        window_from=Case(When(over, then=Value(now)), default=F("window_from")),
        used_at=now,
    )
    if not counted:
        raise TooOften
    return feed


def calendar_of(feed: CalendarFeed, day: dt.date) -> bytes | None:
    """What the address answers; None when its position no longer holds."""
    held = {position.pk: position for position in positions_of(feed.person_id, day)}
    position = held.get(feed.position_id)
    if position is None or position.organisation.kind == OrganisationKind.OPERATOR:
        return None
    with acting_as(position):
        return deadlines(position, day)
