"""The same button pressed twice at the same time, from two connections."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from accounts.tenancy import acting_as
from budgets.models import EntryKind, LedgerEntry
from budgets.services import book
from khuyencong.lib.dates import today
from tests.cast import position
from tests.factories import make_entry, make_file
from tests.projects import walks
from tests.projects.views.browsers import browser

AGENCY = "agency.head"


def at_once(account: str, url: str, body: dict[str, Any]) -> list[int]:
    """Statuses of the two answers, in order."""
    clients, start = [browser(account) for _ in range(2)], Barrier(2)

    def press(client: Any) -> int:
        try:
            start.wait(30)
            status: int = client.post(url, body).status_code
            return status
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(press, clients))


def booked(kind: str) -> list[int]:
    with acting_as(position(AGENCY)):
        return list(LedgerEntry.objects.filter(kind=kind).values_list("amount", flat=True))


def test_a_payment_is_booked_once(committed_db: None) -> None:
    walk = walks.confirmed(walks.NATIONAL)
    url = f"/de-an/{walk.year.project.code}/viec/pay/"
    body = {"number": "1/UNC", "dated": f"{today():%d/%m/%Y}", "cleared": "0", "paid": "100.000.000"}
    looked_at = {"expected_state": "accepted", "seen": "0", "comment": ""}
    assert at_once(AGENCY, url, body | looked_at) == [302, 409]
    assert booked("paid") == [100_000_000]


@pytest.mark.parametrize(("state", "seen"), [("approved", "0"), ("", "")])
def test_a_list_is_decided_once_whatever_the_page_had_seen(committed_db: None, state: str, seen: str) -> None:
    file = make_file(
        by=position("centre.hai-phong"), programme="NATIONAL", state="approved", support=300, sent=True
    )
    walks.assign(1000)
    with acting_as(position(AGENCY)):
        book(make_entry(file, EntryKind.APPROVED, 300, by=position("ministry.leader")))
    body = {
        "number": "1/TB-ĐCK",
        "dated": f"{today():%d/%m/%Y}",
        "comment": "",
        f"take-{file.pk}": "on",
        f"state-{file.pk}": state,
        f"seen-{file.pk}": seen,
        f"verdict-{file.pk}": "PARTIAL",
        f"amount-{file.pk}": "200",
        f"reason-{file.pk}": "Đợt một.",
    }
    url = f"/danh-muc/lap/allocate/national/{walks.YEAR}/"
    assert at_once(AGENCY, url, body) == [302, 409]
    assert booked("allocated") == [200]
