import datetime as dt
import re
from typing import Any

import pytest

from accounts.tenancy import acting_as
from khuyencong.lib.dates import today
from projects.models import ProjectYear, RegistrationReport, RegistrationRound
from tests.cast import auditor_of, position
from tests.factories import make_file
from tests.projects import walks
from tests.projects.views.browsers import browser, queries, rows

pytestmark = pytest.mark.django_db

HEAD = "dept.head.hai-phong"
OFFICER = "agency.officer"


def day(offset: int = 0) -> str:
    return f"{today() + dt.timedelta(days=offset):%d/%m/%Y}"


ROUND = {"name": "Đợt 2", "year": "2027", "opens_on": day(), "closes_on": day(30), "unit_deadline": day(10)}
PAPER = {"number": "9/BC-SCT", "dated": day(), "note": ""}
LINE = {"title": "Dệt chiếu cói", "kind": "PROJECT", "asked": "100 triệu", "file": ""}


def url_of(opened: RegistrationRound, more: str = "") -> str:
    return f"/dot-dang-ky/{opened.pk}/{more}"


def reports() -> list[RegistrationReport]:
    with acting_as(position(HEAD)):
        return list(RegistrationReport.objects.prefetch_related("lines").order_by("pk"))


def sent_file(**fields: Any) -> ProjectYear:
    file = make_file(by=position("centre.hai-phong"), programme="NATIONAL", state="submitted", **fields)
    with acting_as(position("centre.hai-phong")):
        ProjectYear.objects.filter(pk=file.pk).update(submission=1)
    return file


# -- opening ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("account", "programme"), [(OFFICER, "NATIONAL"), ("dept.hai-phong", "LOCAL")])
def test_a_round_is_opened_for_ones_own_programme(account: str, programme: str) -> None:
    answer = browser(account).post("/dot-dang-ky/moi/", ROUND)
    with acting_as(position(account)):
        opened = RegistrationRound.objects.get()
    assert answer["Location"] == url_of(opened)
    assert (opened.programme, opened.name, opened.opens_on) == (programme, "Đợt 2", today())


@pytest.mark.parametrize("account", ["agency.head", HEAD, "centre.hai-phong", "ministry.leader"])
def test_nobody_else_opens_a_round(account: str) -> None:
    for answer in (
        browser(account).get("/dot-dang-ky/moi/"),
        browser(account).post("/dot-dang-ky/moi/", ROUND),
    ):
        assert answer.status_code == 403
        assert "do chuyên viên Cục hoặc chuyên viên Sở Công Thương mở" in answer.content.decode()


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"closes_on": day(-1)}, "closes_on", "Hạn đăng ký phải từ ngày mở trở đi."),
        ({"unit_deadline": day(31)}, "unit_deadline", "Hạn đơn vị gửi Sở không sau hạn đăng ký."),
        ({"year": "1999"}, "year", "2026"),
    ],
)
def test_a_round_that_cannot_be_says_why(change: dict[str, str], field: str, sentence: str) -> None:
    answer = browser(OFFICER).post("/dot-dang-ky/moi/", {**ROUND, "note": "Chữ đã gõ.", **change})
    assert answer.status_code == 400
    assert sentence in answer.context["form"].errors[field][0]
    assert "Chữ đã gõ." in answer.content.decode()


def test_the_same_button_twice_opens_one_round() -> None:
    answers = [browser(OFFICER).post("/dot-dang-ky/moi/", ROUND) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 409]
    assert answers[1].context["form"].errors["name"] == [
        "Đã có Đợt 2 năm 2027; hãy đặt tên khác, hoặc xem đợt đã mở."
    ]


def test_the_form_knows_the_days_of_the_law_while_they_are_ahead() -> None:
    form = browser(OFFICER).get("/dot-dang-ky/moi/").context["form"]
    year = today().year
    deadline = dt.date(year, 6, 20)
    assert form["year"].value() == year + 1
    assert form["closes_on"].value() == (deadline if deadline > today() else None)


# -- reading ----------------------------------------------------------------------------------------


def test_a_round_of_another_province_is_not_there() -> None:
    opened = walks.open_round(walks.LOCAL)
    accounts = ("dept.hai-phong", "dept.thai-nguyen", OFFICER)
    assert [browser(account).get(url_of(opened)).status_code for account in accounts] == [200, 404, 404]
    assert browser("dept.hai-phong").get(url_of(opened, "bao-cao/")).status_code == 404


def test_rounds_are_read_not_posted() -> None:
    opened = walks.open_round()
    assert browser(OFFICER).post(url_of(opened)).status_code == 405
    assert browser(OFFICER).post("/dot-dang-ky/").status_code == 405


def test_the_nation_reads_the_board_and_what_each_province_reported() -> None:
    opened = walks.open_round()
    browser(HEAD).post(url_of(opened, "bao-cao/"), PAPER | rows("lines", LINE))
    page = browser(OFFICER).get(url_of(opened))
    assert page.context["counts"] == {"registered": 1, "nothing": 0, "silent": 33}
    assert page.context["asked"] == 100_000_000
    cells = re.findall(r'data-label="Kinh phí đề nghị">([^<]*)</td>', page.content.decode())
    assert (cells.count("100.000.000"), cells.count("–")) == (1, 33)
    assert "Dệt chiếu cói" not in page.content.decode()
    assert "Dệt chiếu cói" in browser(OFFICER).get(url_of(opened, "?province=hai-phong")).content.decode()


def test_a_province_reads_its_own_report_only() -> None:
    opened = walks.open_round()
    browser(HEAD).post(url_of(opened, "bao-cao/"), PAPER | rows("lines", LINE))
    assert "Dệt chiếu cói" in browser("centre.hai-phong").get(url_of(opened)).content.decode()
    other = browser("dept.head.thai-nguyen").get(url_of(opened)).content.decode()
    assert "Dệt chiếu cói" not in other
    assert "Tỉnh, thành phố chưa gửi danh mục đăng ký." in other


def test_an_auditor_of_one_province_reads_its_line_of_the_board_and_no_other_report() -> None:
    opened = walks.open_round()
    for slug in ("hai-phong", "thai-nguyen"):
        line = {**LINE, "title": f"Máy của {slug}"}
        browser(f"dept.head.{slug}").post(url_of(opened, "bao-cao/"), PAPER | rows("lines", line))
    auditor_of("hai-phong")
    page = browser("auditor").get(url_of(opened))
    assert [row.province.slug for row in page.context["rows"]] == ["hai-phong"]
    assert page.context["asked"] == 100_000_000
    own, other = (
        browser("auditor").get(url_of(opened, f"?province={slug}")) for slug in ("hai-phong", "thai-nguyen")
    )
    assert "Máy của hai-phong" in own.content.decode()
    assert "Máy của thai-nguyen" not in other.content.decode()
    (today_s,) = browser("auditor").get("/").context["rounds"]
    assert (today_s.said, today_s.all) == (1, 1)


def test_where_a_round_stands_is_said() -> None:
    opened = walks.open_round()
    with acting_as(position(OFFICER)):
        RegistrationRound.objects.filter(pk=opened.pk).update(closes_on=today() - dt.timedelta(days=1))
    assert browser(OFFICER).get("/dot-dang-ky/").context["rounds"][0][1] == ("Đã hết hạn", "bad")


# -- reporting --------------------------------------------------------------------------------------


def test_a_report_starts_from_the_files_that_were_sent() -> None:
    opened, file = walks.open_round(), sent_file(support=70)
    form = browser(HEAD).get(url_of(opened, "bao-cao/")).context["lines"].forms[0]
    assert {name: form[name].value() for name in ("title", "asked", "file")} == {
        "title": file.project.title,
        "asked": 70,
        "file": str(file.pk),
    }


def test_a_report_is_sent_with_its_lines() -> None:
    opened, file = walks.open_round(), sent_file()
    lines = rows("lines", {**LINE, "file": str(file.pk)}, {**LINE, "title": "Máy sấy"}, stored=1)
    answer = browser(HEAD).post(url_of(opened, "bao-cao/"), PAPER | lines)
    assert answer["Location"] == url_of(opened)
    (report,) = reports()
    assert [(line.title, line.asked, line.project_year_id) for line in report.lines.all()] == [
        ("Dệt chiếu cói", 100_000_000, file.pk),
        ("Máy sấy", 100_000_000, None),
    ]


def test_a_line_that_was_struck_out_is_not_sent() -> None:
    opened, file = walks.open_round(), sent_file()
    lines = rows(
        "lines", {**LINE, "file": str(file.pk), "DELETE": "on"}, {**LINE, "title": "Máy sấy"}, stored=1
    )
    browser(HEAD).post(url_of(opened, "bao-cao/"), PAPER | lines)
    assert [line.title for line in reports()[0].lines.all()] == ["Máy sấy"]


def test_nothing_to_register_is_said_plainly() -> None:
    opened = walks.open_round()
    url = url_of(opened, "bao-cao/")
    refused = browser(HEAD).post(url, PAPER | rows("lines"))
    assert refused.status_code == 400
    assert "Danh mục chưa có dòng nào." in refused.context["header"].errors["nothing"][0]
    both = browser(HEAD).post(url, PAPER | {"nothing": "on"} | rows("lines", LINE))
    assert "Danh mục còn có dòng." in both.context["header"].errors["nothing"][0]
    browser(HEAD).post(url, PAPER | {"nothing": "on"} | rows("lines"))
    assert [report.nothing for report in reports()] == [True]


def test_a_line_more_keeps_what_was_typed() -> None:
    opened = walks.open_round()
    answer = browser(HEAD).post(url_of(opened, "bao-cao/"), {"add_row": "lines"} | rows("lines", LINE))
    assert answer.status_code == 200
    assert len(answer.context["lines"].forms) == 2
    assert "Dệt chiếu cói" in answer.content.decode()
    assert reports() == []


def test_a_line_without_money_or_name_is_pointed_at() -> None:
    opened = walks.open_round()
    lines = rows("lines", {**LINE, "asked": ""}, {**LINE, "title": ""})
    answer = browser(HEAD).post(url_of(opened, "bao-cao/"), PAPER | lines)
    assert answer.status_code == 400
    assert [form.errors for form in answer.context["lines"].forms] == [
        {"asked": ["Hãy ghi kinh phí đề nghị."]},
        {"title": ["Hãy ghi tên đề án, nhiệm vụ."]},
    ]


def test_the_same_report_twice_is_one() -> None:
    opened = walks.open_round()
    body = PAPER | rows("lines", LINE)
    answers = [browser(HEAD).post(url_of(opened, "bao-cao/"), body) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 409]
    assert len(reports()) == 1


@pytest.mark.parametrize("account", ["dept.hai-phong", "centre.head.hai-phong", "agency.head"])
def test_only_the_director_of_a_department_reports(account: str) -> None:
    opened = walks.open_round()
    for answer in (
        browser(account).get(url_of(opened, "bao-cao/")),
        browser(account).post(url_of(opened, "bao-cao/"), PAPER),
    ):
        assert answer.status_code == 403
        assert "Danh mục đăng ký do Giám đốc Sở Công Thương ký gửi." in answer.content.decode()


def test_lines_and_reports_ask_the_database_no_more_when_there_are_many() -> None:
    opened = walks.open_round()
    sent_file()
    browser(HEAD).post(url_of(opened, "bao-cao/"), PAPER | rows("lines", LINE))
    urls = [
        (HEAD, url_of(opened, "bao-cao/")),
        (HEAD, url_of(opened)),
        (OFFICER, url_of(opened, "?province=hai-phong")),
    ]
    few = [len(queries(account, url)) for account, url in urls]
    for _ in range(9):
        sent_file()
    for number in range(3):
        body = PAPER | {"number": f"{number + 1}/BC-SCT"} | rows("lines", *([LINE] * 10))
        assert browser(HEAD).post(url_of(opened, "bao-cao/"), body).status_code == 302
    assert [len(queries(account, url)) for account, url in urls] == few
