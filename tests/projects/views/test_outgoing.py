"""The book of outgoing papers: on its page and as a file."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest

from accounts.tenancy import acting_as
from khuyencong.lib.dates import short_date, today
from projects.models import Paper
from tests.cast import position
from tests.projects.slips import CENTRE_HEAD, CLERK, HEAD, OFFICER
from tests.projects.views.browsers import browser, queries

pytestmark = pytest.mark.django_db


def papers(*numbers: str, kind: str = "LETTER", dated: dt.date | None = None) -> None:
    by = position(OFFICER)
    with acting_as(by):
        for number in numbers:
            Paper.objects.create(
                tenant=by.organisation.tenant,
                issuer=by.organisation,
                kind=kind,
                number=number,
                dated=dated or today(),
                signer=position(HEAD),
                signed_as=["GIÁM ĐỐC"],
                recorded_by=by,
            )


def test_the_book_shows_each_kind_by_number_with_what_is_not_there() -> None:
    papers("10/CV-SCT", "2/CV-SCT", "9/CV-SCT", "3a/CV-SCT")
    papers("1/QĐ-SCT", kind="DECISION")
    papers("UNC-77", kind="VOUCHER")
    found = browser(CLERK).get("/van-ban-di/").context["entries"]
    assert [(entry.paper.number, entry.gap) for entry in found] == [
        ("1/QĐ-SCT", ""),
        ("2/CV-SCT", "1"),
        ("3a/CV-SCT", ""),
        ("9/CV-SCT", "4–8"),
        ("10/CV-SCT", ""),
    ]
    only = browser(CLERK).get("/van-ban-di/?kind=DECISION").context["entries"]
    assert [entry.paper.number for entry in only] == ["1/QĐ-SCT"]


def test_the_book_says_in_one_line_what_is_not_there_and_where_only_when_asked() -> None:
    papers("10/CV-SCT", "2/CV-SCT", "9/CV-SCT", "9a/CV-SCT")
    papers("1/QĐ-SCT", kind="DECISION")
    quiet = browser(CLERK).get("/van-ban-di/")
    assert quiet.context["missing"] == ["Công văn 7 số"]
    page = quiet.content.decode()
    assert "Chưa có trong sổ, tính đến số lớn nhất: Công văn 7 số." in page
    assert "chưa có số" not in page
    page = browser(CLERK).get("/van-ban-di/?gaps=1").content.decode()
    assert "Công văn: chưa có số 1<" in page
    assert "Công văn: chưa có số 3–8<" in page
    assert "Chưa có trong sổ" not in browser(CLERK).get("/van-ban-di/?kind=DECISION").content.decode()


def test_the_book_says_where_a_number_has_an_earlier_day_than_a_smaller_one() -> None:
    first, second, third = (dt.date(2026, 3, day) for day in (3, 5, 9))
    papers("1/CV-SCT", dated=first)
    papers("2/CV-SCT", dated=third)
    papers("3/CV-SCT", "3a/CV-SCT", dated=second)
    papers("4/CV-SCT", dated=third)
    papers("5/QĐ-SCT", kind="DECISION", dated=first)
    answer = browser(CLERK).get("/van-ban-di/?year=2026")
    said = "Số 2/CV-SCT nhỏ hơn mà ghi ngày muộn hơn: 09/03/2026."
    assert [(entry.paper.number, entry.out_of_turn) for entry in answer.context["entries"]] == [
        ("5/QĐ-SCT", ""),
        ("1/CV-SCT", ""),
        ("2/CV-SCT", ""),
        ("3/CV-SCT", said),
        ("3a/CV-SCT", said),
        ("4/CV-SCT", ""),
    ]
    assert answer.content.decode().count(said) == 2


def test_papers_of_one_number_stand_in_the_book_by_their_day() -> None:
    papers("3/CV-SCT", dated=dt.date(2026, 3, 9))
    papers("3a/CV-SCT", dated=dt.date(2026, 3, 5))
    found = browser(CLERK).get("/van-ban-di/?year=2026").context["entries"]
    assert [(entry.paper.number, entry.gap, entry.out_of_turn) for entry in found] == [
        ("3a/CV-SCT", "1–2", ""),
        ("3/CV-SCT", "", ""),
    ]


def test_a_number_with_too_many_digits_leaves_the_book_open() -> None:
    papers("99999999999999999999999/CV-SCT")
    assert browser(CLERK).get("/van-ban-di/").status_code == 200


def test_the_book_is_taken_away_as_a_file() -> None:
    papers("2/CV-SCT")
    answer = browser(CLERK).get("/van-ban-di/?format=csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[1] == [
        "Công văn", "2/CV-SCT", short_date(today()), "", "Đỗ Minh Ẩn (Hải Phòng)", "GIÁM ĐỐC",
        "Trần Quốc Bảo (Hải Phòng)", "1", "",
    ]  # fmt: skip


@pytest.mark.parametrize("account", [CENTRE_HEAD, "dept.clerk.thai-nguyen", "agency.head"])
def test_the_book_of_another_body_stays_its_own(account: str) -> None:
    papers("2/CV-SCT")
    assert browser(account).get("/van-ban-di/").context["entries"] == []


def test_the_book_is_no_page_for_readers_and_asks_the_same_for_many_papers() -> None:
    assert browser("viewer.hai-phong").get("/van-ban-di/").status_code == 403
    papers("1/CV-SCT")
    one = queries(CLERK, "/van-ban-di/")
    papers(*(f"{number}/CV-SCT" for number in range(2, 32)))
    assert len(queries(CLERK, "/van-ban-di/")) == len(one)
