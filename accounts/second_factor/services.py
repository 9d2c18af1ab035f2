"""Writes about the second factor: set it, show it once, lose it."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import secrets
import time

import pyotp
from django.contrib.auth.backends import BaseBackend
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.models import FactorEvent, Passkey, Position, RecoveryCode, Totp, User
from accounts.second_factor.seal import seal, unseal
from khuyencong.lib.workflow import Refused

log = logging.getLogger(__name__)

STEP = 30  # seconds of one code, what every app assumes
CODES = 10
CODE_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is read as another
GUESSES = 10
PAUSE = dt.timedelta(minutes=15)

Kind = FactorEvent.Kind


class CodeBackend(BaseBackend):
    """Lets ``django.contrib.auth.authenticate`` ask for a code as it asks for a password, so that django-axes counts
    the wrong ones with the wrong passwords. Nobody signs in by a code alone: its callers have seen the password."""

    def authenticate(  # type: ignore[override]  # Django passes what it was given
        self, request: HttpRequest | None, *, username: str, secret_code: str
    ) -> User | None:
        person = User.objects.filter(username=username, is_active=True).first()
        return person if person is not None and take_code(person, secret_code) else None


def matching_step(secret: str, code: str, *, at: float | None = None) -> int | None:
    """The half-minute whose code this is: now, the one before or after (clocks differ); None for a wrong code."""
    now = int(at if at is not None else time.time()) // STEP
    totp = pyotp.TOTP(secret)
    found = None
    for step in (now - 1, now, now + 1):
        if constant_time_compare(totp.generate_otp(step), code):
            found = step
    return found


def take_code(person: User, typed: str) -> bool:
    """Whether ``typed`` is a code of the person's app or a recovery code. What was right is right only once, also from
    two windows at once. After ``GUESSES`` wrong codes, wherever typed, the app's are not read for ``PAUSE``."""
    code = "".join(typed.split()).replace("-", "").lower()
    if len(code) == 6 and code.isascii() and code.isdigit():
        return _take_of_app(person, code)
    used = RecoveryCode.objects.filter(person=person, digest=_digest(code), used_at=None)
    if not used.update(used_at=timezone.now()):
        return False
    _note(person, Kind.CODE_USED)
    return True


@transaction.atomic
def _take_of_app(person: User, code: str) -> bool:
    totp = Totp.objects.select_for_update().filter(person=person).first()
    now = timezone.now()
    if totp is None or (totp.blocked_until is not None and totp.blocked_until > now):
        return False
    secret = unseal(totp.secret)
    if secret is None:
        log.error("The second factor of %s was sealed with another SECRET_KEY; reset it.", person.username)
        return False
    step = matching_step(secret, code)
    if step is not None and step > totp.last_step:
        totp.last_step, totp.failures, totp.blocked_until = step, 0, None
        totp.save()
        return True
    totp.failures += 1
    if totp.failures >= GUESSES:
        totp.failures, totp.blocked_until = 0, now + PAUSE
        log.warning("Codes of %s are not read until %s", person.username, totp.blocked_until)
    totp.save()
    return False


@transaction.atomic
def set_app(person: User, *, secret: str, code: str) -> list[str]:
    """Take ``secret`` (base32) as the person's app, in place of the one before, when ``code`` shows that the app knows
    it. Answers new recovery codes when there were none, told only now. Raises Refused for a wrong code."""
    step = matching_step(secret, "".join(code.split()))
    if step is None:
        raise Refused(
            "Mã chưa đúng. Hãy nhập mã sáu số đang hiện trên ứng dụng; nếu vẫn sai, kiểm tra giờ của điện thoại."
        )
    codes = _first_codes(person)
    Totp.objects.filter(person=person).delete()
    Totp.objects.create(person=person, secret=seal(secret), last_step=step)
    _changed(person, Kind.APP_SET)
    return codes


@transaction.atomic
def add_passkey(person: User, *, name: str, key_id: str, credential: bytes, uses: int) -> list[str]:
    """Keep a passkey that fido2 has checked; recovery codes as in ``set_app``. Raises Refused for one that is kept."""
    if Passkey.objects.filter(key_id=key_id).exists():
        raise Refused("Khóa truy cập này đã được thêm rồi.")
    codes = _first_codes(person)
    Passkey.objects.create(person=person, name=name, key_id=key_id, credential=credential, uses=uses)
    _changed(person, Kind.PASSKEY_ADDED)
    return codes


@transaction.atomic
def use_passkey(passkey: Passkey, *, uses: int) -> bool:
    """Note that the key was used. False when its counter stands still: somebody has copied it (WebAuthn §6.1.1)."""
    row = Passkey.objects.select_for_update().get(pk=passkey.pk)
    if (uses or row.uses) and uses <= row.uses:
        log.warning("Passkey %s of %s counts backwards: a copy?", row.pk, row.person_id)
        return False
    row.uses, row.last_used_at = uses, timezone.now()
    row.save()
    return True


@transaction.atomic
def remove_passkey(passkey: Passkey, *, needs_one: bool) -> None:
    """Raises Refused when it is the last factor of somebody who ``needs_one``."""
    person = User.objects.select_for_update().get(pk=passkey.person_id)
    others = Passkey.objects.filter(person=person).exclude(pk=passkey.pk).exists()
    last = not others and not Totp.objects.filter(person=person).exists()
    if last and needs_one:
        raise Refused(
            "Đây là lớp xác thực cuối cùng. Hãy đặt ứng dụng hoặc thêm khóa khác rồi mới bỏ khóa này."
        )
    passkey.delete()
    if last:
        RecoveryCode.objects.filter(person=person).delete()
    _note(person, Kind.PASSKEY_REMOVED)


@transaction.atomic
def make_codes(person: User) -> list[str]:
    """New recovery codes in place of all before; told only now, kept as hashes."""
    codes = ["".join(secrets.choice(CODE_LETTERS) for _ in range(16)) for _ in range(CODES)]
    RecoveryCode.objects.filter(person=person).delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(person=person, digest=_digest(code)) for code in codes)
    _note(person, Kind.CODES_MADE)
    return ["-".join(code[at : at + 4] for at in range(0, 16, 4)) for code in codes]


@transaction.atomic
def reset_factor(person: User, *, reason: str, by: Position) -> None:
    """The operator takes a lost factor away; the person sets another at the next sign-in. Nobody sets one for somebody
    else. Ends the person's sessions and keys. Raises Refused without a reason."""
    reason = " ".join(reason.split())
    if not reason:
        raise Refused("Hãy ghi lý do xóa xác thực hai lớp, ví dụ “mất điện thoại, đã gặp trực tiếp”.")
    Totp.objects.filter(person=person).delete()
    Passkey.objects.filter(person=person).delete()
    RecoveryCode.objects.filter(person=person).delete()
    FactorEvent.objects.create(person=person, kind=Kind.RESET, by=by, reason=reason)
    _end_sessions(person)
    log.info("%s reset the second factor of %s: %s", by, person.username, reason)


def _first_codes(person: User) -> list[str]:
    """Recovery codes for who has none left. The person's row is locked: two windows do not make two sets."""
    User.objects.select_for_update().get(pk=person.pk)
    left = RecoveryCode.objects.filter(person=person, used_at=None).exists()
    return [] if left else make_codes(person)


def _changed(person: User, kind: FactorEvent.Kind) -> None:
    _note(person, kind)
    _end_sessions(person)


def _end_sessions(person: User) -> None:
    """Sessions and keys of before, which knew the password alone or another factor, are over."""
    User.objects.filter(pk=person.pk).update(factor_epoch=F("factor_epoch") + 1)
    person.refresh_from_db(fields=["factor_epoch"])
    person.tokens.filter(revoked_at=None).update(revoked_at=timezone.now())


def _note(person: User, kind: FactorEvent.Kind) -> None:
    FactorEvent.objects.create(person=person, kind=kind)


def _digest(code: str) -> str:
    """Codes are drawn by us and long (79 bits), so a plain hash hides them."""
    return hashlib.sha256(code.encode()).hexdigest()
