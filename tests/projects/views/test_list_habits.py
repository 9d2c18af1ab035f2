"""How a position likes its list of files: filters that it has named, columns that it has chosen."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.tenancy import acting_as
from projects.models import ListHabits
from tests.cast import position
from tests.factories import make_file
from tests.projects.views.browsers import browser, queries
from tests.reporting.ledgers import book

pytestmark = pytest.mark.django_db

CENTRE, LIST, KEEP, COLUMNS = "centre.hai-phong", "/de-an/", "/de-an/bo-loc/", "/de-an/cot/"
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
        ListHabits.objects.update(filters=[{}] * 21)


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


# -- columns ------------------------------------------------------------------------------------------


def heads(account: str = CENTRE, words: str = "") -> list[str]:
    """Columns of the list behind the file itself, as the page names them."""
    return [column.label for column in browser(account).get(f"{LIST}{words}").context["columns"]]


def choose(*names: str, account: str = CENTRE, **words: str) -> Any:
    return browser(account).post(COLUMNS, {"column": names, **words}, follow=True)


USUAL = ["Trạng thái", "Kinh phí hỗ trợ", "Vốn đối ứng"]


@pytest.mark.parametrize("account", [CENTRE, "ministry.leader", "auditor"])
def test_chosen_columns_stay_chosen_in_their_order(account: str) -> None:
    page = choose("allocated", "state", account=account, programme="LOCAL")
    assert page.redirect_chain == [(f"{LIST}?programme=LOCAL", 302)]
    assert heads(account) == ["Trạng thái", "Đã giao"]
    browser(account).post(COLUMNS, {"usual": "1"})
    assert heads(account)[-3:] == USUAL


def test_columns_are_the_positions_own_and_no_names_are_no_columns() -> None:
    choose("own", "password", "unit", "<b>")
    assert heads() == ["Vốn đối ứng"]  # all files are of one unit: no column says which
    assert heads("centre.head.hai-phong") == USUAL
    choose()
    assert heads() == []


def test_a_row_and_its_sum_hold_what_the_ledger_says() -> None:
    book(year=2026, planned=350, adjusted=-50, allocated=300)
    book(year=2026, planned=200, allocated=200, contracted=200, advanced=120, refunded=20)
    choose("planned", "allocated", "disbursed")
    context = browser(CENTRE).get(LIST).context
    found = sorted([value for _, value in cells] for _, cells in context["rows"])
    assert found == [[200, 200, 100], [300, 300, None]]
    assert [total for _, total in context["totals"]] == [500, 500, 100]
    head, *lines = browser(CENTRE).get(f"{LIST}?format=csv").content.decode().splitlines()
    assert head.endswith("Kế hoạch được duyệt (đồng),Đã giao (đồng),Đã giải ngân (đồng)")
    assert sorted(line.rsplit(",", 3)[1:] for line in lines) == [["200", "200", "100"], ["300", "300", ""]]


def test_columns_are_posted_and_all_of_them_cost_no_more_queries() -> None:
    assert browser(CENTRE).get(COLUMNS).status_code == 405
    make_file(by=position(CENTRE))
    few = len(queries(CENTRE, LIST))
    choose(
        "unit",
        "period",
        "state",
        "asked",
        "own",
        "planned",
        "allocated",
        "contracted",
        "disbursed",
        "settled",
    )
    for _ in range(5):
        make_file(by=position(CENTRE))
    assert len(queries(CENTRE, LIST)) == few
