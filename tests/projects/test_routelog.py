import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tenancy import acting_as
from khuyencong.demonstration.walk import Walk
from projects.routelog import Stop, route_log
from tests.cast import position
from tests.factories import make_event, make_file
from tests.projects import walks

pytestmark = pytest.mark.django_db

DEPT = "dept.hai-phong"


def log_of(walk: Walk) -> list[Stop]:
    with acting_as(position(DEPT)):
        return route_log(walk.now())


def test_the_way_tells_what_has_passed_where_it_stands_and_what_is_to_come() -> None:
    walk = walks.draft(walks.LOCAL)
    walks.submitted(walk)
    walk.appraise()
    stops = log_of(walk)
    assert [(stop.when, stop.label) for stop in stops] == [
        ("passed", "Lập hồ sơ"),
        ("passed", "Gửi hồ sơ đến Sở"),
        ("passed", "Thẩm định cấp cơ sở"),
        ("here", "Đã thẩm định cấp cơ sở"),
        ("to_come", "Đã trình phê duyệt"),
        ("to_come", "Đã phê duyệt, chờ kinh phí"),
        ("to_come", "Đã giao kinh phí"),
        ("to_come", "Đã ký hợp đồng / giao nhiệm vụ"),
        ("to_come", "Đang thực hiện"),
        ("to_come", "Đã nghiệm thu"),
        ("to_come", "Đã thanh lý, quyết toán"),
        ("to_come", "Đã kết thúc, lưu hồ sơ"),
    ]
    appraised = stops[2]
    assert (appraised.person, appraised.title, appraised.on, appraised.state_label) == (
        "Trần Quốc Bảo (Hải Phòng)",
        "Chuyên viên",
        walk.day,
        "Đã thẩm định cấp cơ sở",
    )
    assert str(appraised.paper).startswith("Phiếu thẩm định số ")
    assert stops[3].who == "Giám đốc Sở Tài chính"  # whose opinion the department waits for
    assert stops[5].who == "Chủ tịch Ủy ban nhân dân tỉnh, thành phố"


def test_a_return_keeps_what_it_voids_and_carries_its_reasons() -> None:
    walk = walks.draft()
    walks.appraised(walk)
    walks.decide("register", walk)
    walks.next_day(walk)
    walk.send_back("agency.officer", ("estimate", "1", "", "Thêm báo giá."))
    stops = log_of(walk)
    passed = [(stop.label, stop.void) for stop in stops if stop.when == "passed"]
    assert passed == [
        ("Lập hồ sơ", False),
        ("Gửi hồ sơ đến Sở", False),
        ("Thẩm định cấp cơ sở", True),
        ("Gửi đăng ký về Cục", True),
        ("Trả lại bổ sung", False),
    ]
    assert [reason.comment for reason in stops[4].reasons] == ["Thêm báo giá."]
    here = stops[5]
    assert (here.label, here.on) == ("Trả lại bổ sung", walk.day)
    assert stops[6].label == "Đã gửi Sở"


def test_verdicts_of_lists_are_told_in_words() -> None:
    walk = walks.draft(walks.LOCAL)
    walks.appraised(walk)
    line = (walk, "AGREE_WITH", None, "Rà soát giá máy.")
    walks.decide("give_opinion", walk, lines=[line])
    opinion = log_of(walk)[3]
    assert (opinion.label, opinion.verdict, opinion.comment, opinion.state_label) == (
        "Cho ý kiến",
        "Thống nhất, có ý kiến",
        "Rà soát giá máy.",
        "",
    )


def test_after_the_end_nothing_is_to_come() -> None:
    walk = walks.draft(walks.LOCAL)
    walk.withdraw("Cơ sở chuyển địa điểm.")
    stops = log_of(walk)
    assert [stop.when for stop in stops] == ["passed", "passed", "here"]
    assert stops[-1].who == ""


def test_a_long_way_is_read_with_as_many_queries_as_a_short_one() -> None:
    def queries() -> int:
        with acting_as(position(DEPT)), CaptureQueriesContext(connection) as captured:
            route_log(file)
        return len(captured)

    file = make_file(by=position("centre.hai-phong"), state="in_progress")
    few = queries()
    with acting_as(position(DEPT)):
        for _ in range(30):
            make_event(file, "inspect", by=position("dept.head.hai-phong"))
    assert queries() == few


def test_each_step_keeps_its_own_day() -> None:
    walk = walks.draft(walks.LOCAL)
    days = [walk.day + dt.timedelta(days=step) for step in (0, 0, 1)]
    walks.submitted(walk)
    walk.appraise()
    assert [stop.on for stop in log_of(walk) if stop.when == "passed"] == days
