import datetime as dt

import pytest

from accounts.tenancy import acting_as
from khuyencong.lib.dates import today
from khuyencong.lib.workflow import Forbidden, NeedsReason, Refused, Stale
from projects.chain import PaperData
from projects.models import ProjectKind, RegistrationRound
from projects.rounds import BoardRow, board, open_registration, open_round
from projects.services.registration import IntendedProject, preregister
from tests.cast import position
from tests.factories import make_file
from tests.projects import walks

pytestmark = pytest.mark.django_db

HEAD = "dept.head.hai-phong"


def intended(asked: int = 100) -> IntendedProject:
    centre = position("centre.hai-phong").organisation
    return IntendedProject("Dệt chiếu cói", ProjectKind.PROJECT, centre, asked)


def report(
    opened: RegistrationRound,
    *lines: IntendedProject,
    slug: str = "hai-phong",
    number: str = "1/BC-SCT",
    day: dt.date | None = None,
    note: str = "",
) -> None:
    with acting_as(position(f"dept.head.{slug}")) as by:
        preregister(opened, lines, by=by, paper=PaperData(number, day or today()), note=note)


def board_of(opened: RegistrationRound) -> dict[str, BoardRow]:
    with acting_as(position("agency.officer")):
        return {row.province.slug: row for row in board(opened)}


def test_the_board_knows_who_registered_who_has_nothing_and_who_is_silent() -> None:
    opened = walks.open_round()
    report(opened, intended(100), intended(50))
    report(opened, slug="thai-nguyen")
    rows = board_of(opened)
    assert len(rows) == 34
    said = {slug: (row.said, row.lines, row.asked, row.on) for slug, row in rows.items()}
    assert said["hai-phong"] == ("registered", 2, 150, today())
    assert said["thai-nguyen"] == ("nothing", 0, 0, today())
    assert said["phu-tho"] == ("silent", 0, 0, None)


def test_files_that_were_registered_count_where_no_report_was_sent() -> None:
    walk = walks.draft()
    walks.appraised(walk)
    opened = walks.open_round()
    walks.decide("register", walk, registration_round=opened)
    row = board_of(opened)["hai-phong"]
    assert (row.said, row.files, row.asked) == ("registered", 1, 300_000_000)


def test_a_report_after_the_deadline_needs_its_reason_and_stays_marked() -> None:
    opened = walks.open_round()
    with acting_as(position("agency.officer")):
        RegistrationRound.objects.filter(pk=opened.pk).update(closes_on=today() - dt.timedelta(days=1))
        opened.refresh_from_db()
    with pytest.raises(NeedsReason, match="Đã quá hạn đăng ký"):
        report(opened, intended())
    report(opened, intended(), note="Chờ Ủy ban nhân dân thành phố duyệt danh mục.")
    assert board_of(opened)["hai-phong"].late


def test_a_report_is_sent_once_and_may_be_followed_by_another() -> None:
    opened = walks.open_round()
    report(opened, intended(100))
    with pytest.raises(Stale, match="Báo cáo số 1/BC-SCT đã được gửi trước đó"):
        report(opened, intended(100))
    report(opened, intended(50), number="2/BC-SCT")
    assert board_of(opened)["hai-phong"].asked == 150


def test_a_report_asks_for_money_and_names_no_draft() -> None:
    opened = walks.open_round()
    with pytest.raises(Refused, match="kinh phí đề nghị phải lớn hơn 0"):
        report(opened, intended(0))
    draft = make_file(by=position("centre.hai-phong"), programme="NATIONAL")
    line = IntendedProject("Máy", "PROJECT", position("centre.hai-phong").organisation, 10, year=draft)
    with pytest.raises(Refused, match="chưa được gửi Sở"):
        report(opened, line)


@pytest.mark.parametrize("account", ["dept.hai-phong", "centre.head.hai-phong", "agency.head"])
def test_only_the_director_of_a_department_reports(account: str) -> None:
    opened = walks.open_round()
    with acting_as(position(account)) as by, pytest.raises(Forbidden, match="Giám đốc Sở Công Thương"):
        preregister(opened, [], by=by, paper=PaperData("1/BC", today()))


def test_a_round_is_opened_once_under_its_name() -> None:
    walks.open_round()
    with acting_as(position("agency.officer")) as by, pytest.raises(Stale, match="Đã có Đợt 1 năm 2027"):
        open_registration(by=by, year=walks.YEAR, name="Đợt 1", opens_on=today(), closes_on=today())


def test_each_province_opens_rounds_of_its_own() -> None:
    local, national = walks.open_round(walks.LOCAL), walks.open_round()
    with acting_as(position("centre.thai-nguyen")):
        assert list(RegistrationRound.objects.all()) == [national]
    with acting_as(position("centre.hai-phong")):
        assert set(RegistrationRound.objects.all()) == {national, local}
    with acting_as(position("committee.hai-phong")) as by, pytest.raises(Forbidden):
        open_registration(by=by, year=2027, name="Đợt 2", opens_on=today(), closes_on=today())


@pytest.mark.parametrize(("programme", "found"), [(walks.NATIONAL, True), (walks.LOCAL, False)])
def test_a_file_is_sent_in_the_round_of_its_programme(programme: str, found: bool) -> None:
    walks.open_round()
    file = make_file(by=position("centre.hai-phong"), programme=programme)
    with acting_as(position("centre.hai-phong")):
        last_day = today() + dt.timedelta(days=30)
        assert (open_round(file, last_day) is not None) is found
        assert open_round(file, last_day + dt.timedelta(days=1)) is None
