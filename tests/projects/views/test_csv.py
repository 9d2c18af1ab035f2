"""Lists taken away as CSV: the rows and filters of the page, for those who may open it."""

from __future__ import annotations

import csv
import io

import pytest

from accounts.tenancy import acting_as
from khuyencong.lib import paging
from projects.models import ListAct, Project
from tests.cast import auditor_of, position
from tests.factories import make_establishment, make_file
from tests.projects import walks
from tests.projects.views.browsers import browser, queries
from tests.projects.walks import LOCAL, NATIONAL

pytestmark = pytest.mark.django_db

CENTRE, DEPT, NATION = "centre.hai-phong", "dept.hai-phong", "agency.officer"


def table(account: str, address: str) -> list[dict[str, str]]:
    """The rows of the file by the names of its columns."""
    answer = browser(account).get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv; charset=utf-8")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def files(account: str, words: str = "") -> list[str]:
    return [row["Tên"] for row in table(account, f"/de-an/?format=csv{words}")]


def test_files_come_as_on_the_page_with_its_filters() -> None:
    walk = walks.draft(NATIONAL)
    other = make_file(by=position(CENTRE), programme="LOCAL")
    with acting_as(position(CENTRE)):
        Project.objects.filter(pk=other.project_id).update(title="=cmd|' /C calc'!A0")
    (row,) = table(CENTRE, "/de-an/?format=csv&programme=NATIONAL")
    assert (row["Mã"], row["Kinh phí hỗ trợ (đồng)"]) == (walk.year.project.code, "300000000")
    assert row["Tỉnh, thành phố"] == "Hải Phòng"
    assert files(CENTRE, "&programme=LOCAL") == ["'=cmd|' /C calc'!A0"]
    assert files(CENTRE, "&q=khong+co") == []


def test_a_file_holds_the_whole_list_not_a_page_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "PAGE_SIZE", 2)
    for _ in range(5):
        make_file(by=position(CENTRE))
    assert len(files(CENTRE, "&page=2")) == 5


def test_nobody_takes_away_what_he_may_not_see() -> None:
    walks.draft(NATIONAL)
    make_establishment(by=position(CENTRE))
    assert [len(files(account)) for account in (CENTRE, DEPT, "centre.thai-nguyen", NATION)] == [1, 0, 0, 0]
    assert table("centre.thai-nguyen", "/co-so/?format=csv") == []
    assert browser("finance.hai-phong").get("/co-so/?format=csv").status_code == 403


def test_establishments_come_with_their_filters_and_why_one_may_not_be_supported() -> None:
    make_establishment(by=position(CENTRE), name="Hợp tác xã Mây tre")
    make_establishment(by=position(CENTRE), name="Xưởng mộc")
    (row,) = table(CENTRE, "/co-so/?format=csv&q=may+tre")
    assert (row["Cơ sở"], row["Điều kiện"]) == ("Hợp tác xã Mây tre", "Đủ điều kiện")


def test_lists_and_their_lines_come_as_far_as_they_are_seen() -> None:
    walk = walks.draft(NATIONAL)
    walks.ready_to_propose(walk)
    (row,) = table(NATION, "/danh-muc/?format=csv")
    assert (row["Danh mục"], row["Hồ sơ"], row["Kinh phí (đồng)"]) == ("Gửi đăng ký về Cục", "1", "300000000")
    with acting_as(position(NATION)):
        pk = ListAct.objects.get().pk
    (line,) = table(NATION, f"/danh-muc/{pk}/?format=csv")
    assert (line["Mã"], line["Kết luận"]) == (walk.year.project.code, "Đăng ký")
    assert browser("dept.thai-nguyen").get(f"/danh-muc/{pk}/?format=csv").status_code == 404


def test_the_money_of_the_year_comes_by_programme_in_dong() -> None:
    walks.at_work(LOCAL)
    (row,) = table(DEPT, f"/kinh-phi/?format=csv&year={walks.YEAR}")
    assert (row["Chương trình"], row["Hợp đồng (đồng)"]) == ("Khuyến công địa phương", "300000000")
    assert table(DEPT, "/kinh-phi/?format=csv") == []


def test_the_board_of_a_round_comes_to_those_who_see_it() -> None:
    opened = walks.open_round()
    address = f"/dot-dang-ky/{opened.pk}/?format=csv"
    rows = table(NATION, address)
    assert (len(rows), {row["Trả lời"] for row in rows}) == (34, {"Chưa trả lời"})
    assert {row["Kinh phí đề nghị (đồng)"] for row in rows} == {""}
    auditor_of("hai-phong")
    assert [row["Tỉnh, thành phố"] for row in table("auditor", address)] == ["Hải Phòng"]
    assert browser(DEPT).get(address)["Content-Type"].startswith("text/html")


def test_the_button_keeps_the_filters_and_forgets_the_page() -> None:
    make_file(by=position(CENTRE), programme="LOCAL")
    page = browser(CENTRE).get("/de-an/?programme=LOCAL&page=1").content.decode()
    assert 'href="?programme=LOCAL&amp;format=csv"' in page
    assert "Tải CSV" in page


def test_thirty_rows_ask_the_database_no_more_than_one() -> None:
    asked = [(CENTRE, "/de-an/"), (DEPT, "/co-so/"), (DEPT, "/danh-muc/"), (DEPT, "/kinh-phi/?year=2027")]
    addresses = [(who, f"{path}{'&' if '?' in path else '?'}format=csv") for who, path in asked]
    walks.approved(walks.draft(LOCAL))
    one = [len(queries(*address)) for address in addresses]
    for _ in range(29):
        make_file(by=position(CENTRE))
        make_establishment(by=position(CENTRE))
    walks.approved(walks.draft(LOCAL), walks.draft(LOCAL))
    assert [len(queries(*address)) for address in addresses] == one
