"""What a department intends, told to the agency in a round, and the board of who said what."""

from __future__ import annotations

import datetime as dt

import pytest

from accounts.tenancy import acting_as
from khuyencong.lib.dates import today
from khuyencong.lib.workflow import Forbidden, NeedsReason, Refused
from projects.chain import PaperData
from projects.models import ProjectKind, RegistrationReport, RegistrationRound
from projects.rounds import BoardRow, board, open_registration
from projects.services.registration import IntendedProject, preregister
from tests.cast import position
from tests.projects.walks import LOCAL, decide, draft, open_round, submitted

pytestmark = pytest.mark.django_db

HEAD = "dept.head.hai-phong"


def report(
    account: str = HEAD,
    lines: list[IntendedProject] | None = None,
    *,
    number: str = "1/BC-SCT",
    on: dt.date | None = None,
    note: str = "",
    in_round: RegistrationRound | None = None,
) -> RegistrationReport:
    by = position(account)
    with acting_as(by):
        lines = [line("Dây chuyền sấy")] if lines is None else lines
        paper = PaperData(number, on or today())
        return preregister(in_round or open_round(), lines, by=by, paper=paper, note=note)


def line(title: str, asked: int = 300) -> IntendedProject:
    return IntendedProject(title, ProjectKind.PROJECT, position(HEAD).organisation, asked)


def said(account: str = "agency.officer") -> dict[str, BoardRow]:
    """Rows of the national round's board by the province's slug."""
    found = open_round()
    with acting_as(position(account)):
        return {row.province.slug: row for row in board(found)}


def test_a_department_tells_what_it_intends_and_the_agency_sees_it() -> None:
    made = report(lines=[line("Dây chuyền sấy"), line("Mô hình trình diễn", 700)])
    with acting_as(position("agency.officer")):
        seen = RegistrationReport.objects.get(pk=made.pk)
        assert [(each.title, each.asked) for each in seen.lines.order_by("pk")] == [
            ("Dây chuyền sấy", 300),
            ("Mô hình trình diễn", 700),
        ]
    row = said()["hai-phong"]
    assert (row.said, row.lines, row.asked, row.files, row.late) == ("registered", 2, 1000, 0, False)


def test_nothing_to_register_is_an_answer_and_silence_is_none() -> None:
    report(lines=[])
    rows = said()
    assert (rows["hai-phong"].said, rows["hai-phong"].on) == ("nothing", today())
    assert (rows["thai-nguyen"].said, rows["thai-nguyen"].on) == ("silent", None)
    assert len(rows) == 34


def test_a_registered_list_speaks_for_its_province_too() -> None:
    walk = draft()
    submitted(walk)
    walk.appraise()
    decide("register", walk, registration_round=open_round())
    row = said()["hai-phong"]
    assert (row.said, row.files, row.asked) == ("registered", 1, 300_000_000)


@pytest.mark.parametrize("account", ["dept.hai-phong", "centre.head.hai-phong", "agency.head"])
def test_only_the_director_of_a_department_signs_the_report(account: str) -> None:
    with pytest.raises(Forbidden):
        report(account)


def test_after_the_deadline_a_report_says_why_it_is_late() -> None:
    officer = position("agency.officer")
    with acting_as(officer):
        closed = open_registration(
            by=officer,
            year=2026,
            name="Đợt đã đóng",
            opens_on=today() - dt.timedelta(days=30),
            closes_on=today() - dt.timedelta(days=1),
        )
    with pytest.raises(NeedsReason) as refusal:
        report(in_round=closed)
    assert refusal.value.reasons == (
        f"Đã quá hạn đăng ký {closed.closes_on:%d/%m/%Y}.",
        "Hãy ghi lý do gửi muộn.",
    )
    report(in_round=closed, note="Chờ ý kiến của UBND.")
    with acting_as(officer):
        row = next(row for row in board(closed) if row.province.slug == "hai-phong")
    assert (row.said, row.late) == ("registered", True)


def test_a_report_names_files_that_were_sent_asks_for_something_and_is_not_of_tomorrow() -> None:
    walk = draft()
    with acting_as(position(HEAD)):
        named = IntendedProject("Đề án", ProjectKind.PROJECT, position(HEAD).organisation, 1, walk.now())
    code = walk.year.project.code
    tomorrow = today() + dt.timedelta(days=1)
    for lines, on, sentence in (
        ([named], today(), f"{code} chưa được gửi Sở nên chưa ghi mã hồ sơ vào danh mục."),
        ([line("Đề án", 0)], today(), "“Đề án”: kinh phí đề nghị phải lớn hơn 0."),
        (
            [],
            tomorrow,
            f"Ngày {tomorrow:%d/%m/%Y} ở tương lai. Hãy ghi ngày của văn bản, không sau hôm nay.",
        ),
    ):
        with pytest.raises(Refused) as refusal:
            report(lines=lines, on=on)
        assert refusal.value.reasons == (sentence,)


def test_a_provinces_own_round_takes_no_report_to_the_agency() -> None:
    with pytest.raises(Refused) as refusal:
        report(in_round=open_round(LOCAL))
    assert refusal.value.reasons == ("Danh mục đăng ký chỉ gửi Cục, cho đợt của chương trình quốc gia.",)


@pytest.mark.parametrize("account", ["centre.hai-phong", "committee.hai-phong", "ministry.leader"])
def test_a_round_is_opened_by_the_agency_or_a_department_only(account: str) -> None:
    by = position(account)
    with pytest.raises(Forbidden), acting_as(by):
        open_registration(by=by, year=2027, name="Đợt", opens_on=today(), closes_on=today())
