"""What people of the cast were told."""

from __future__ import annotations

from accounts.tenancy import acting_as
from notices.models import Notice
from notices.queries import notices_of
from tests.cast import position


def told(account: str) -> list[Notice]:
    """Notices of the account, the first first."""
    with acting_as(position(account)) as by:
        return list(notices_of(by).order_by("pk"))


def last(account: str) -> tuple[str, str, str, str]:
    """Kind, label, task and subject of what the account was told last; empty when nothing."""
    found = told(account)
    return (found[-1].kind, found[-1].label, found[-1].task, found[-1].subject) if found else ("", "", "", "")
