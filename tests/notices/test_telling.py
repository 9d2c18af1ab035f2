"""Who is told of what happens to files, rounds and reports."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Position, User
from accounts.queries import organisation_name
from accounts.tenancy import acting_as
from khuyencong.demonstration.walk import Walk
from khuyencong.lib.dates import short_date, today
from khuyencong.lib.workflow import Refused
from notices.models import Notice, NoticeKind
from notices.services import follow, save_choices
from projects.rounds import open_registration
from projects.states import State
from projects.telling import CHANGES, DECISIONS, MONEY, RETURNS
from projects.workflow import ROUTES
from tests.cast import position
from tests.notices.told import last, told
from tests.projects import walks
from tests.projects.walks import LOCAL, NATIONAL
from tests.reporting import rounds

pytestmark = pytest.mark.django_db

CENTRE, HEAD_OF_CENTRE = "centre.hai-phong", "centre.head.hai-phong"
DEPT, DEPT2, HEAD_OF_DEPT = "dept.hai-phong", "dept2.hai-phong", "dept.head.hai-phong"
EVERYBODY = (
    *(CENTRE, HEAD_OF_CENTRE, DEPT, DEPT2, HEAD_OF_DEPT, "finance.hai-phong", "committee.hai-phong"),
    *("viewer.hai-phong", "centre.thai-nguyen", "dept.thai-nguyen", "dept.head.thai-nguyen"),
    *("agency.officer", "agency.officer2", "agency.head", "ministry.leader", "viewer.nation", "auditor"),
    *("regional.1", "regional.head.1", "regional.2", "service.1", "service.head.1", "ministry.finance"),
)


def code(walk: Walk) -> str:
    return walk.year.project.code


def new_to(before: dict[str, int]) -> set[str]:
    """Accounts that were told something since ``before``."""
    return {account for account in EVERYBODY if len(told(account)) > before[account]}


def counts() -> dict[str, int]:
    return {account: len(told(account)) for account in EVERYBODY}


def test_the_written_groups_name_actions_of_the_chain() -> None:
    names = {row.name for route in ROUTES.values() for row in route.actions}
    assert names >= RETURNS | MONEY | CHANGES | DECISIONS


def test_every_row_that_gives_something_back_is_told_as_a_return() -> None:
    """By where it leads, by the words on its button or by its name."""
    rows = [row for route in ROUTES.values() for row in route.actions]
    giving_back = {
        row.name
        for row in rows
        if row.target == State.RETURNED or row.label.startswith("Trả lại") or row.name.startswith("return")
    }
    assert giving_back == RETURNS


def test_a_file_that_is_sent_is_news_to_the_desk_whose_task_it_becomes_and_to_nobody_else() -> None:
    walk = walks.draft()
    before = counts()
    walks.submitted(walk)
    assert new_to(before) == {DEPT, DEPT2}
    assert last(DEPT) == ("TASK", "Gửi hồ sơ đến Sở", "Thẩm định cấp cơ sở", code(walk))
    assert told(DEPT)[-1].url == f"/de-an/{code(walk)}/"
    assert told(DEPT)[-1].actor == organisation_name(position(CENTRE).organisation)


def test_a_file_that_is_returned_is_news_to_the_unit_with_the_day_until_which_it_answers() -> None:
    walk = walks.draft()
    walks.submitted(walk)
    before = counts()
    walk.send_back("dept", ("file", "", "objectives", "Bí mật của đề án."), days=60)
    assert new_to(before) == {CENTRE, HEAD_OF_CENTRE}
    with acting_as(position(CENTRE)):
        answer_by = walk.now().answer_by
    assert answer_by is not None
    for account in (CENTRE, HEAD_OF_CENTRE):
        assert last(account) == ("RETURN", "Trả lại bổ sung", "Hoàn thiện và gửi hồ sơ", code(walk))
        notice = told(account)[-1]
        assert notice.due == answer_by
        assert "Bí mật" not in str(vars(notice))


def test_a_return_inside_the_department_goes_to_its_officers_alone() -> None:
    walk = walks.draft()
    walks.appraised(walk)
    before = counts()
    walks.next_day(walk)
    walk.act("dept.head", "return", comment="Xem lại mức hỗ trợ.")
    assert {DEPT, DEPT2} <= new_to(before) <= {DEPT, DEPT2, CENTRE}
    assert last(DEPT)[0] == "RETURN"


def test_a_list_is_one_notice_for_each_reader_however_many_files() -> None:
    files = [walks.draft() for _ in range(3)]
    walks.appraised(*files)
    before = counts()
    walks.decide("register", *files)
    assert {account: len(told(account)) - before[account] for account in new_to(before)} == {
        CENTRE: 1,
        DEPT: 1,
        "agency.officer": 1,
        "agency.officer2": 1,
    }
    assert last("agency.officer") == ("TASK", "Gửi đăng ký về Cục (Đăng ký)", "Thẩm định cấp Bộ", "3 hồ sơ")
    assert told("agency.officer")[-1].url.startswith("/danh-muc/")
    assert told(CENTRE)[-1].url == "/de-an/?year=2027&programme=NATIONAL"


def test_a_list_asks_the_database_as_often_for_eight_files_as_for_two() -> None:
    """What tells, that is: what an act itself asks grows with its files."""
    asked = []
    for number in (2, 8):
        files = [walks.draft() for _ in range(number)]
        walks.appraised(*files)
        with CaptureQueriesContext(connection) as found:
            walks.decide("register", *files)
        names = ("kc_notify", "kc_followers", "accounts_organisationname")
        asked.append([sum(name in query["sql"] for query in found) for name in names])
    assert asked == [[1, 1, 1], [1, 1, 1]]


def test_a_decision_tells_who_has_a_part_and_money_tells_who_gets_it() -> None:
    walk = walks.fundable(NATIONAL)
    assert last(CENTRE) == ("DECISION", "Phê duyệt kế hoạch (Phê duyệt)", "", code(walk))
    given = ("DECISION", "Phê duyệt kế hoạch (Phê duyệt)", "Giao kế hoạch, kinh phí", code(walk))
    assert last("agency.head") == given
    walks.decide("allocate", walk)
    assert last(CENTRE) == ("MONEY", "Giao kế hoạch, kinh phí (Giao đủ)", "", code(walk))
    notice = told(CENTRE)[-1]
    assert not any(digits in str(vars(notice)) for digits in ("300.000.000", "300000000"))


def test_the_reports_of_a_month_are_news_to_who_confirms_them() -> None:
    walk = walks.at_work(LOCAL)
    before = counts()
    walk.progress(80, 500_000_000)
    assert DEPT2 in new_to(before)
    assert told(DEPT2)[-1].kind in {"TASK", "STEP"}
    assert "viewer.hai-phong" not in new_to(before)


def test_nobody_is_told_of_his_own_act_and_another_province_of_nothing() -> None:
    walks.in_progress(walks.draft(NATIONAL))
    for account in ("centre.thai-nguyen", "dept.thai-nguyen"):
        assert [notice.kind for notice in told(account) if notice.kind != NoticeKind.ROUND] == []
    actors = {notice.actor for notice in told("ministry.leader")}
    assert "Bộ Công Thương" not in actors


def test_an_act_that_is_refused_tells_nobody() -> None:
    walk = walks.draft()
    walks.submitted(walk)
    before = counts()
    with pytest.raises(Refused):
        walk.send_back("dept")
    assert new_to(before) == set()


def test_who_follows_a_file_is_told_of_every_step_and_who_no_longer_does_of_none() -> None:
    walk = walks.draft()
    walks.submitted(walk)
    for account, is_on in (("dept.head.hai-phong", True), (CENTRE, False)):
        with acting_as(position(account)) as by:
            follow(code(walk), is_on=is_on, by=by)
            follow(code(walk), is_on=is_on, by=by)
    before = counts()
    walk.appraise()
    assert HEAD_OF_DEPT in new_to(before)
    assert CENTRE not in new_to(before)


def test_a_nation_s_follower_is_told_across_the_wall_and_his_row_stays_his_own() -> None:
    walk = walks.draft(NATIONAL)
    walks.appraised(walk)
    walks.decide("register", walk)
    with acting_as(position("viewer.nation")) as by:
        follow(code(walk), is_on=True, by=by)
    walks.next_day(walk)
    walk.appraise(account="agency.officer")
    assert last("viewer.nation")[1] == "Thẩm định cấp Bộ"


def test_a_person_who_may_no_longer_sign_in_is_told_nothing() -> None:
    User.objects.filter(username="dept2.hai-phong").update(is_active=False)
    walks.submitted(walks.draft())
    assert [notice for notice in told(DEPT2) if notice.kind != NoticeKind.ROUND] == []


def test_what_one_does_not_want_in_the_bell_is_written_and_not_counted() -> None:
    person = User.objects.get(username=DEPT)
    save_choices(person, {"TASK": ("DAILY", False)})
    walks.submitted(walks.draft())
    assert [notice.quiet for notice in told(DEPT) if notice.kind == "TASK"] == [True]
    assert [notice.quiet for notice in told(DEPT2) if notice.kind == "TASK"] == [False]


def test_a_national_round_is_news_to_departments_and_units_everywhere_and_not_to_who_opened_it() -> None:
    before = counts()
    with acting_as(position("agency.officer")) as by:
        open_registration(by=by, year=2028, name="Đợt 1", opens_on=today(), closes_on=today())
    assert new_to(before) == {
        *(CENTRE, HEAD_OF_CENTRE, HEAD_OF_DEPT, "centre.thai-nguyen", "dept.head.thai-nguyen"),
        *("regional.1", "regional.head.1", "regional.2", "service.1", "service.head.1"),
    }
    programme = str(NATIONAL.label).lower()
    assert told(CENTRE)[-1].label == (f"Mở đợt đăng ký {programme}: Đợt 1 năm 2028, từ {short_date(today())}")


def test_a_round_of_a_province_is_news_to_its_own_unit_alone() -> None:
    before = counts()
    with acting_as(position(DEPT)) as by:
        open_registration(by=by, year=2028, name="Đợt 1", opens_on=today(), closes_on=today())
    assert new_to(before) == {CENTRE, HEAD_OF_CENTRE}


def test_the_opening_of_a_quarter_is_told_once_with_the_deadline() -> None:
    rounds.open_round()
    found = [notice for notice in told(DEPT) if notice.kind == "ROUND" and notice.task]
    assert [(notice.task, notice.due is not None) for notice in found] == [("Hoàn thiện báo cáo", True)]
    rounds.open_round()
    assert len([notice for notice in told(DEPT) if notice.kind == "ROUND" and notice.task]) == 1


def test_who_holds_two_positions_is_told_in_the_one_that_has_the_task() -> None:
    viewer = position("viewer.hai-phong")
    Position.objects.filter(pk=viewer.pk).update(person=User.objects.get(username=DEPT))
    walks.submitted(walks.draft())
    with acting_as(position("committee.hai-phong")):
        kinds = Notice.objects.filter(position=viewer).values_list("kind", flat=True)
        assert "TASK" not in list(kinds)
