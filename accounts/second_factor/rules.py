"""Who needs a second factor, and whether the one who asks has shown it."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import Passkey, Position, PositionKind, Totp, User
from khuyencong.lib.dates import ZONE

SESSION_KEY = "second_factor"

PASSWORD_IS_ENOUGH = frozenset(
    {
        PositionKind.DIVISION_HEAD,
        PositionKind.OFFICER,
        PositionKind.CLERK,
        PositionKind.VIEWER,
        PositionKind.AUDITOR,
        PositionKind.SYSTEM,
    }
)
"""Positions that prepare, endorse or read. All others sign papers or money (positions.md §6.1) or keep the accounts of
those who do: a new kind needs the second factor until somebody has thought about it."""

ASKED = (
    "Chức vụ của ông, bà cần xác thực hai lớp. Hãy gửi kèm otp: mã sáu số của ứng dụng, hoặc một mã dự phòng."
)
WRONG = "Mã xác thực không đúng hoặc đã dùng rồi. Hãy chờ mã mới trên ứng dụng rồi nhập lại."
ENROL = "Chức vụ của ông, bà cần xác thực hai lớp. Hãy đặt ứng dụng sinh mã hoặc khóa truy cập trước khi làm việc khác."
STEP = "Chức vụ của ông, bà cần xác thực hai lớp. Hãy nhập mã trước khi làm việc tiếp."
ENROL_ON_PAGE = (
    "Chức vụ của ông, bà cần xác thực hai lớp. Hãy đăng nhập trên trang để đặt, rồi lấy lại mã truy cập."
)
AGAIN = "Mã truy cập này lấy khi chưa xác thực hai lớp. Hãy lấy mã khác và gửi kèm otp."


def needed_by(positions: Iterable[Position]) -> bool:
    """Whether somebody who holds these positions must have a second factor: one that needs it is enough, since the
    position is chosen after signing in."""
    return settings.SECOND_FACTOR and any(held.kind not in PASSWORD_IS_ENOUGH for held in positions)


def has_factor(person: User) -> bool:
    return Totp.objects.filter(person=person).exists() or Passkey.objects.filter(person=person).exists()


def is_asked(person: User, positions: Iterable[Position]) -> bool:
    """Whether the password alone does not sign ``person`` in: needed, or set of one's own accord."""
    return settings.SECOND_FACTOR and (needed_by(positions) or has_factor(person))


def why_refused(person: User) -> str:
    """What is said of a code that was not taken."""
    until = Totp.objects.filter(person=person, blocked_until__gt=timezone.now()).values_list(
        "blocked_until", flat=True
    )
    if (end := until.first()) is None:
        return WRONG
    return (
        f"Đã nhập sai quá nhiều mã, nên mã của ứng dụng không được nhận cho đến {end.astimezone(ZONE):%H:%M}. "
        "Trong lúc đó vẫn dùng được khóa truy cập hoặc mã dự phòng."
    )


def lacks(request: HttpRequest) -> bool:
    """Whether the one who asks needs a second factor and has not shown it in this session or for this key. Reads
    ``request.positions``; no query."""
    if not needed_by(request.positions):  # type: ignore[attr-defined]
        return False
    token = getattr(request, "token", None)
    return not (token.second_factor if token is not None else request.session.get(SESSION_KEY))
