"""A person's phone in the tests: an app with its secret, and a window that has been shown its code."""

from __future__ import annotations

import time

import pyotp
from django.test import Client

from accounts.models import Totp, User
from accounts.second_factor.seal import seal
from tests.cast import PASSWORD

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def person(account: str) -> User:
    return User.objects.get(username=account)


def with_app(account: str) -> User:
    """The person has an app that shows codes of SECRET; none was used yet."""
    found = person(account)
    Totp.objects.create(person=found, secret=seal(SECRET))
    return found


def code(half_minutes: int = 0) -> str:
    """What the app shows now, or showed or will show some half minutes away."""
    return pyotp.TOTP(SECRET).at(int(time.time()) + 30 * half_minutes)


def wrong_code() -> str:
    near = {code(step) for step in (-2, -1, 0, 1, 2)}
    return next(f"{number:06}" for number in range(10) if f"{number:06}" not in near)


def at_step(account: str, client: Client | None = None) -> Client:
    """A window in which the password was right."""
    client = client or Client()
    answer = client.post("/dang-nhap/", {"username": account, "password": PASSWORD, "next": "/toi/"})
    assert answer["Location"] == "/dang-nhap/xac-thuc/?next=/toi/"
    return client
