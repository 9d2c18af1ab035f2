"""Writes of notices: telling, reading, following, choices, calendar addresses."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Position, User
from accounts.tenancy import NATIONAL_KINDS
from khuyencong.lib.workflow import Refused
from notices.models import MAY_BE_SENT_AT_ONCE, CalendarFeed, Follow, Notice, NoticeKind, Pace, Reader
from notices.queries import notices_of

MOST_FEEDS = 5
"""Calendar addresses that a position may have at a time: one a device."""

LONGEST = {
    field.name: field.max_length
    for field in Notice._meta.local_fields
    if field.name in {"label", "task", "actor", "key"}
}
"""Characters that the texts of a notice may have; what is longer is cut."""


@dataclass(frozen=True)
class News:
    """What is told to one reader; the fields are those of ``Notice``. No amounts, no names of beneficiaries."""

    kind: NoticeKind
    label: str
    url: str
    task: str = ""
    code: str = ""
    count: int = 1
    due: dt.date | None = None
    actor: str = ""
    key: str = ""
    covers: Sequence[str] = ()


def tell(news: Mapping[int, News]) -> None:
    """Write notices to positions, by their keys, inside the transaction of what they tell of; one query.

    A reader in another tenant is reached, too (sql/notices.sql says who by whom). What has a key and was told before
    is not told again."""
    if not news:
        return
    rows = []
    for position, one in sorted(news.items()):
        row: dict[str, Any] = asdict(one) | {"position": position, "due": one.due and one.due.isoformat()}
        rows.append(row | {name: str(row[name])[:most] for name, most in LONGEST.items()})
    with connection.cursor() as cursor:
        cursor.execute("SELECT kc_notify(%s)", [json.dumps(rows)])


def mark_read(position: Position, pk: int) -> Notice | None:
    """The notice, read from now on; None when the position has no such notice."""
    notice = notices_of(position).filter(pk=pk).first()
    if notice is not None and notice.read_at is None:
        notices_of(position).filter(pk=pk, read_at=None).update(read_at=timezone.now())
    return notice


def mark_all_read(position: Position, *, up_to: int) -> int:
    """All notices that the reader saw are read, those with a key up to ``up_to``; how many."""
    return notices_of(position).filter(pk__lte=up_to, read_at=None).update(read_at=timezone.now())


def follow(code: str, *, is_on: bool, by: Position) -> None:
    """Follow a file or no longer; the caller has seen that ``by`` may open it."""
    national = by.organisation.kind in NATIONAL_KINDS
    Follow.objects.update_or_create(
        position=by,
        code=code,
        defaults={"is_on": is_on},
        create_defaults={
            "is_on": is_on,
            "tenant_id": by.organisation.tenant_id,
            "sent_to_nation": national,
            "nation_writes": national,
        },
    )


def save_choices(person: User, choices: Mapping[str, tuple[str, bool]]) -> None:
    """Keep how the person wants to hear of each kind: pace of letters, whether it counts in the bell.

    Raises Refused for a kind or pace that there is none of."""
    kept = {}
    for kind, (pace, bell) in choices.items():
        if kind not in NoticeKind.values or pace not in Pace.values:
            raise Refused("Lựa chọn này không có. Hãy tải lại trang và chọn lại.")
        if pace == Pace.NOW and kind not in MAY_BE_SENT_AT_ONCE:
            raise Refused("Chỉ thông báo trả lại và quyết định được gửi thư ngay khi có.")
        kept[kind] = {"mail": pace, "bell": bell}
    Reader.objects.update_or_create(person=person, defaults={"choices": kept})


def forget_refusal(person: User) -> None:
    """Letters go to the person's address again."""
    Reader.objects.filter(person=person).update(refused_address="", refused_reason="")


def open_feed(position: Position, person: User) -> str:
    """A new calendar address of the position: the secret, which is kept nowhere. Raises Refused for one too many."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=person.pk)
        if feeds_in_force(position, person).count() >= MOST_FEEDS:
            raise Refused(f"Đã có {MOST_FEEDS} địa chỉ lịch. Hãy thu hồi bớt một địa chỉ rồi tạo lại.")
        secret = secrets.token_urlsafe(32)
        CalendarFeed.objects.create(
            person=person, position=position, digest=digest_of(secret), password_mark=password_mark(person)
        )
    return secret


def feeds_in_force(position: Position, person: User) -> Any:
    """Calendar addresses of the position that still answer."""
    return CalendarFeed.objects.filter(
        person=person, position=position, revoked_at=None, password_mark=password_mark(person)
    ).order_by("pk")


def revoke_feed(person: User, pk: int) -> bool:
    """The address answers no longer; False when the person has no such address."""
    return bool(
        CalendarFeed.objects.filter(person=person, pk=pk, revoked_at=None).update(revoked_at=timezone.now())
    )


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def password_mark(person: User) -> str:
    """Changes with the password of the person, tells nothing of it."""
    return person.get_session_auth_hash()[:64]
