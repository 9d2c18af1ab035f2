"""Writes about people: who may sign in, which positions they hold, keys for programs. The operator's work.

Tables written here are the login's (kc_app): none of this runs inside the scope of a province or the nation.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import secrets

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import (
    HEAD_OF,
    HEADS,
    Capacity,
    Organisation,
    OrganisationKind,
    Position,
    PositionKind,
    Province,
    Token,
    User,
)
from khuyencong.lib.dates import today

log = logging.getLogger(__name__)

TOKEN_LIFE = dt.timedelta(days=30)

_OF_A_UNIT = {PositionKind.OFFICER, PositionKind.ACCOUNTANT, PositionKind.CLERK, PositionKind.DIVISION_HEAD}
_DIRECTED = _OF_A_UNIT | {PositionKind.DIRECTOR, PositionKind.DEPUTY_DIRECTOR, PositionKind.VIEWER}
# positions.md §6.1. SYSTEM is nobody's and not given.
GIVEN_AT: dict[str, set[PositionKind]] = {
    OrganisationKind.CENTRE: _DIRECTED,
    OrganisationKind.REGIONAL_CENTRE: _DIRECTED,
    OrganisationKind.SERVICE_ORGANISATION: {
        PositionKind.HEAD,
        PositionKind.OFFICER,
        PositionKind.ACCOUNTANT,
        PositionKind.VIEWER,
    },
    OrganisationKind.DEPARTMENT: _DIRECTED,
    OrganisationKind.FINANCE_DEPARTMENT: _DIRECTED,
    OrganisationKind.PEOPLES_COMMITTEE: _OF_A_UNIT
    | {PositionKind.CHAIR, PositionKind.VICE_CHAIR, PositionKind.VIEWER},
    OrganisationKind.AGENCY: _OF_A_UNIT
    | {PositionKind.DIRECTOR_GENERAL, PositionKind.DEPUTY_DIRECTOR_GENERAL, PositionKind.VIEWER},
    OrganisationKind.MINISTRY: _OF_A_UNIT
    | {PositionKind.MINISTER, PositionKind.VICE_MINISTER, PositionKind.VIEWER},
    OrganisationKind.MINISTRY_FINANCE: {
        PositionKind.HEAD,
        PositionKind.DEPUTY,
        PositionKind.OFFICER,
        PositionKind.VIEWER,
    },
    OrganisationKind.AUDIT: {PositionKind.AUDITOR},
    OrganisationKind.OPERATOR: {PositionKind.OPERATOR},
}


@transaction.atomic
def create_person(
    username: str,
    *,
    full_name: str,
    password: str,
    email: str = "",
    must_change_password: bool = True,
    by: Position,
) -> User:
    """Create somebody who may sign in. ``password`` is the first one and not judged; unless told otherwise it
    must be changed before anything else."""
    person = User.objects.create_user(
        username, full_name, password, email=email, must_change_password=must_change_password
    )
    log.info("%s created %s", by, username)
    return person


@transaction.atomic
def reset_password(person: User, *, password: str, by: Position) -> None:
    """Give somebody a new first password, to be changed at the next sign-in; ends their sessions and keys."""
    person.set_password(password)
    person.must_change_password = True
    person.save(update_fields=["password", "must_change_password"])
    _revoke_all(person)
    log.info("%s reset the password of %s", by, person.username)


@transaction.atomic
def change_password(person: User, *, new: str) -> None:
    """The person's own change; ends their other sessions and keys. Raises ValidationError for a weak password."""
    validate_password(new, person)
    person.set_password(new)
    person.must_change_password = False
    person.save(update_fields=["password", "must_change_password"])
    _revoke_all(person)


def check_position(organisation: Organisation, kind: str, scope_province: Province | None = None) -> None:
    """Raise ValidationError when this kind of position does not exist at this kind of organisation."""
    if kind not in GIVEN_AT[organisation.kind]:
        raise ValidationError({"kind": "Loại tổ chức này không có chức danh đó."})
    if scope_province is not None and kind != PositionKind.AUDITOR:
        raise ValidationError({"scope_province": "Chỉ thanh tra, kiểm toán mới có phạm vi được xem riêng."})


def check_accountant_apart(
    person: User,
    organisation: Organisation,
    kind: str,
    valid_from: dt.date,
    valid_to: dt.date | None,
    *,
    but: int | None = None,
) -> None:
    """Raise ValidationError when the person would keep the accounts of the body and order its payments on one day
    (positions.md §6.3); the database refuses it, too. ``but``: the position that is being changed."""
    orders = {*HEADS, *HEAD_OF}
    if kind != PositionKind.ACCOUNTANT and kind not in orders:
        return
    others = orders if kind == PositionKind.ACCOUNTANT else {PositionKind.ACCOUNTANT}
    held = organisation.positions.filter(person=person, kind__in=others).exclude(pk=but or 0)
    held = held.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=valid_from))
    if valid_to is not None:
        held = held.filter(valid_from__lte=valid_to)
    if held.exists():
        raise ValidationError(
            {
                "kind": (
                    "Kế toán trưởng và chủ tài khoản (người đứng đầu, cấp phó) của một cơ quan không được là cùng một "
                    "người. Hãy chọn người khác, hoặc kết thúc chức vụ kia trước."
                )
            }
        )


@transaction.atomic
def give_position(
    person: User,
    *,
    organisation: Organisation,
    kind: PositionKind | str,
    title: str = "",
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
    scope_province: Province | None = None,
    capacity: str = Capacity.APPOINTED,
    by: Position,
) -> Position:
    """Appoint ``person`` from ``valid_from`` (default today) on. ``title`` stands on papers, by default the
    name of the kind. Raises ValidationError when there is no such position at that kind of organisation."""
    check_position(organisation, kind, scope_province)
    check_accountant_apart(person, organisation, kind, valid_from or today(), valid_to)
    position = Position.objects.create(
        person=person,
        organisation=organisation,
        kind=kind,
        capacity=capacity,
        title=title or PositionKind(kind).label,
        valid_from=valid_from or today(),
        valid_to=valid_to,
        scope_province=scope_province,
    )
    log.info("%s gave %s at %s to %s", by, kind, organisation.slug, person.username)
    return position


@transaction.atomic
def end_position(position: Position, *, on: dt.date, by: Position) -> None:
    """Let the position end with the day ``on``. Raises ValidationError when it had not begun by then."""
    if on < position.valid_from:
        raise ValidationError({"valid_to": "Ngày kết thúc trước ngày bắt đầu giữ chức vụ."})
    position.valid_to = on
    position.save(update_fields=["valid_to"])
    log.info("%s ended position %s on %s", by, position.pk, on)


@transaction.atomic
def close_desk(position: Position, *, on: dt.date, by: Position) -> Position:
    """The desk was handed over: the position ends with ``on``, or earlier when it has, and nobody acts in it any more.
    Answers its row, locked until the end of the transaction. Raises ValidationError as ``end_position``."""
    row = Position.objects.select_for_update().get(pk=position.pk)
    if row.handed_over_at is None:
        end_position(row, on=min(on, row.valid_to or on), by=by)
        row.handed_over_at = timezone.now()
        row.save(update_fields=["handed_over_at"])
    return row


@transaction.atomic
def issue_token(user: User, *, second_factor: bool = False) -> tuple[Token, str]:
    """A new key for a program, valid for ``TOKEN_LIFE``: its row and the key itself, which is kept nowhere.
    ``second_factor``: whether it was shown."""
    key = secrets.token_urlsafe(32)
    expires = timezone.now() + TOKEN_LIFE
    token = Token.objects.create(
        user=user, digest=_digest(key), expires_at=expires, second_factor=second_factor
    )
    return token, key


@transaction.atomic
def revoke_token(token: Token) -> None:
    """The key is refused from now on; its row stays."""
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])


def token_of(key: str) -> Token | None:
    """The row of a key that is in force and whose person may sign in, with that person; else None."""
    return (
        Token.objects.select_related("user")
        .filter(digest=_digest(key), revoked_at=None, expires_at__gt=timezone.now(), user__is_active=True)
        .first()
    )


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _revoke_all(person: User) -> None:
    person.tokens.filter(revoked_at=None).update(revoked_at=timezone.now())
