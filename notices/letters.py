"""Letters to people: what stands in one, and writing it to the outbox.

A letter says little: what happened, to which file, by when, and where to look; no amounts, no names of beneficiaries,
no pictures that report back. It gathers the notices of all positions of its person.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.models import OrganisationKind, Position, User
from accounts.queries import names_on
from accounts.tenancy import acting_as, positions_of
from khuyencong.lib.dates import short_date, today
from notices.models import Mail, MailState, Notice, NoticeKind, Pace, Reader, Urgent
from notices.queries import notices_of

MOST_LINES = 40
"""Lines of one position in a letter; the rest is counted."""

OLDEST = dt.timedelta(days=14)
"""What waited longer (there was no address) is no news."""


@dataclass(frozen=True)
class Letter:
    """A letter before it has an address."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class Line:
    """One notice as a letter tells it; ``url`` is whole."""

    what: str
    subject: str
    task: str
    actor: str
    due: dt.date | None
    url: str


@dataclass(frozen=True)
class Part:
    """What one position is told; ``more`` lines did not fit."""

    title: str
    lines: list[Line]
    more: int


def reader_of(person: User) -> Reader:
    """The person's choices; those of the house when none were made. Outside every tenant."""
    return Reader.objects.filter(person=person).select_related("person").first() or Reader(person=person)


def kinds_at(reader: Reader, paces: Collection[Pace]) -> list[str]:
    """Kinds of which the reader wants to hear at one of these paces."""
    return [kind for kind in NoticeKind.values if reader.pace(kind) in paces]


def preview(person: User) -> Letter | None:
    """The next daily letter as it would go out now; None when there is nothing to tell. Writes nothing."""
    reader = reader_of(person)
    return _compose(reader, kinds_at(reader, [pace for pace in Pace if pace != Pace.NEVER]), take=False)


def write_letter(person: User, paces: Collection[Pace]) -> Mail | None:
    """Put what the person is to hear at ``paces`` into the outbox, once; None when there is nothing, or no address.

    One transaction, outside every tenant: notices and letter are marked together, two at a time wait for each
    other. Without an address the notices wait."""
    with transaction.atomic():
        reader, _ = Reader.objects.get_or_create(person=person)
        reader = Reader.objects.select_for_update(of=("self",)).select_related("person").get(pk=reader.pk)
        Urgent.objects.filter(person=person).delete()
        if not reader.address() or not person.is_active:
            return None
        letter = _compose(reader, kinds_at(reader, paces), take=True)
        if letter is None:
            return None
        host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
        return Mail.objects.create(
            person=person,
            address=reader.address(),
            subject=letter.subject,
            text=letter.text,
            html=letter.html,
            message_id=f"<{secrets.token_hex(16)}@{host}>",
            state=MailState.QUEUED if settings.MAIL_SERVER else MailState.HELD,
            next_try=timezone.now(),
        )


def _compose(reader: Reader, kinds: Iterable[str], *, take: bool) -> Letter | None:
    parts, count, first = [], 0, ""
    chosen = list(kinds)
    held = [
        row for row in positions_of(reader.person_id) if row.organisation.kind != OrganisationKind.OPERATOR
    ]
    names = names_on(today(), [position.organisation for position in held])
    for position in held:
        with acting_as(position):
            rows = _waiting(position, chosen, take=take)
        if rows:
            first = first or rows[0].label
            count += len(rows)
            name = names[position.organisation_id].name if position.organisation_id in names else ""
            lines = [_line(notice) for notice in rows[:MOST_LINES]]
            parts.append(Part(f"{position.title}, {name}", lines, len(rows) - len(lines)))
    if not parts:
        return None
    subject = first if count == 1 else f"{count} thông báo, ngày {short_date(today())}"
    context = {
        "person": reader.person,
        "parts": parts,
        "several": len(parts) > 1,
        "choices": absolute(reverse("notice_choices")),
        "all": absolute(reverse("notice_list")),
    }
    return Letter(
        f"Khuyến công: {' '.join(subject.split())}"[:200],
        render_to_string("notices/letter.txt", context),
        render_to_string("notices/letter.html", context),
    )


def _waiting(position: Position, kinds: list[str], *, take: bool) -> list[Notice]:
    """Notices not yet told by letter and not yet read, the first first. ``take``: they are told now, as are those
    that were read meanwhile."""
    since = timezone.now() - OLDEST
    waiting = (
        notices_of(position).filter(kind__in=kinds, mailed_at=None, created_at__gte=since).order_by("pk")
    )
    if take:
        waiting = waiting.select_for_update()
    rows = list(waiting)
    if take:
        notices_of(position).filter(pk__in=[row.pk for row in rows]).update(mailed_at=timezone.now())
    return [row for row in rows if row.read_at is None]


def _line(notice: Notice) -> Line:
    return Line(
        what=notice.label,
        subject=notice.subject,
        task=notice.task,
        actor=notice.actor,
        due=notice.due,
        url=absolute(reverse("notice", args=[notice.pk])),
    )


def absolute(path: str) -> str:
    """The address of a page as it stands in a letter or calendar."""
    return settings.PUBLIC_URL.rstrip("/") + path
