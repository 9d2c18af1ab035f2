"""Filters of the list of files that a position has named."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.tenancy import acting_as
from projects.models import SavedFilters
from tests.cast import position
from tests.projects.views.browsers import browser, queries

pytestmark = pytest.mark.django_db

CENTRE, LIST, KEEP = "centre.hai-phong", "/de-an/", "/de-an/bo-loc/"
LOCAL = {"programme": "LOCAL", "q": "mây tre"}


def save(account: str, name: str, **words: str) -> Any:
    return browser(account).post(KEEP, {"name": name, **words}, follow=True)


def saved(account: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = browser(account).get(LIST).context["saved"]
    return found


@pytest.mark.parametrize(
    "account",
    [
        CENTRE,
        "dept.hai-phong",
        "viewer.hai-phong",
        "agency.officer",
        "ministry.leader",
        "viewer.nation",
        "auditor",
    ],
)
def test_a_filter_is_named_opened_again_and_forgotten(account: str) -> None:
    page = save(account, "  Mây tre,  địa phương ", **LOCAL)
    assert page.redirect_chain == [(f"{LIST}?q=m%C3%A2y+tre&programme=LOCAL", 302)]
    assert "Đã lưu bộ lọc “Mây tre, địa phương”." in page.content.decode()
    ((name, address),) = saved(account)
    assert name == "Mây tre, địa phương"
    assert f'href="{LIST}{address}"'.replace("&", "&amp;") in page.content.decode()
    assert browser(account).get(f"{LIST}{address}").context["chosen"].words() == LOCAL
    browser(account).post(KEEP, {"forget": name, **LOCAL})
    assert saved(account) == []


def test_a_filter_is_the_positions_own() -> None:
    save(CENTRE, "Của tôi", **LOCAL)
    assert [saved(each) for each in ("centre.head.hai-phong", "centre.thai-nguyen", "agency.officer")] == [
        []
    ] * 3


def test_the_same_name_again_is_another_filter_in_its_place() -> None:
    save(CENTRE, "Năm nay", year="2026")
    save(CENTRE, "Năm nay", year="2027")
    assert saved(CENTRE) == [("Năm nay", "?year=2027")]


def test_names_stand_in_alphabetical_order() -> None:
    for name in ("Đang soạn", "Ấm", "Xong", "Dệt"):
        save(CENTRE, name, year="2027")
    assert [name for name, _ in saved(CENTRE)] == ["Ấm", "Dệt", "Đang soạn", "Xong"]


@pytest.mark.parametrize(
    ("name", "words", "sentence"),
    [
        (" ", LOCAL, "Hãy đặt tên cho bộ lọc."),
        ("Tất cả", {}, "Chưa chọn điều kiện lọc nào."),
        ("Tất cả", {"page": "3", "x": "1"}, "Chưa chọn điều kiện lọc nào."),
    ],
)
def test_what_is_no_filter_is_not_saved(name: str, words: dict[str, str], sentence: str) -> None:
    assert sentence in save(CENTRE, name, **words).content.decode()
    assert saved(CENTRE) == []


def test_a_position_keeps_twenty() -> None:
    for number in range(20):
        save(CENTRE, f"Bộ {number}", year="2027")
    assert "Đã lưu 20 bộ lọc." in save(CENTRE, "Bộ 20", year="2027").content.decode()
    save(CENTRE, "Bộ 3", year="2026")
    assert len(saved(CENTRE)) == 20
    with acting_as(position(CENTRE)), pytest.raises(IntegrityError), transaction.atomic():
        SavedFilters.objects.update(filters=[{}] * 21)


def test_a_name_is_a_text_on_the_page() -> None:
    page = save(CENTRE, "<script>alert(1)</script>", year="2027").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_filters_are_posted_and_many_cost_no_more_than_one() -> None:
    assert browser(CENTRE).get(KEEP).status_code == 405
    save(CENTRE, "Một", year="2027")
    one = len(queries(CENTRE, LIST))
    for number in range(19):
        save(CENTRE, f"Bộ {number}", year="2027")
    assert len(queries(CENTRE, LIST)) == one
