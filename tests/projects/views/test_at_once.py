"""The same button pressed twice at the same time, from two connections."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from accounts.tenancy import acting_as
from budgets.models import Activity, EntryKind, LedgerEntry
from budgets.services import book
from khuyencong.lib.dates import today
from projects.models import Project
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
    walk.check_payment(cleared=0, paid=100_000_000)
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


def new_file(**more: Any) -> dict[str, Any]:
    activity = Activity.objects.get(code="T10").pk
    return {"programme": "LOCAL", "year": today().year + 1, "kind": "PROJECT", "activity": activity} | more


def titles() -> list[str]:
    with acting_as(position("centre.hai-phong")):
        return sorted(Project.objects.values_list("title", flat=True))


def test_a_page_begins_one_file_however_often_its_button_is_pressed(committed_db: None) -> None:
    page = browser("centre.hai-phong").get("/de-an/moi/").context["once"]
    assert at_once("centre.hai-phong", "/de-an/moi/", new_file(title="Máy sấy", once=page)) == [302, 302]
    assert titles() == ["Máy sấy"]


def test_another_text_on_the_page_begins_another_file_the_same_on_another_page_does_not(
    committed_db: None,
) -> None:
    centre = browser("centre.hai-phong")
    pages = [centre.get("/de-an/moi/").context["once"] for _ in range(2)]
    statuses = [
        centre.post("/de-an/moi/", new_file(title=title, once=page)).status_code
        for title, page in (("Máy sấy", pages[0]), ("Máy cưa", pages[0]), ("Máy sấy", pages[1]))
    ]
    assert statuses == [302, 302, 400]
    assert titles() == ["Máy cưa", "Máy sấy"]
