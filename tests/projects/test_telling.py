"""Who is told of changes, ends and plans, of the agency's own tasks; and that what is told as a task is one."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tenancy import acting_as
from khuyencong.demonstration.walk import Walk, same
from khuyencong.lib.dates import today
from projects.models import Inspection, SigningRule, Stage
from projects.routes import route_name
from projects.services.acts import resolve_finding
from projects.tasks import tasks_of
from projects.telling import open_tasks
from projects.workflow import ROUTES
from tests.cast import LOCAL as LOCAL_ACCOUNTS
from tests.cast import NATIONAL as NATIONAL_ACCOUNTS
from tests.cast import position
from tests.factories import authorise, make_rule
from tests.notices.told import last, told
from tests.projects import walks
from tests.projects.test_changes import M, money, some_change
from tests.projects.walks import LOCAL, NATIONAL, YEAR

pytestmark = pytest.mark.django_db

CENTRE, HEAD_OF_CENTRE, HEAD_OF_DEPT = "centre.hai-phong", "centre.head.hai-phong", "dept.head.hai-phong"
DEPT = "dept.hai-phong"
REASON = "Cơ sở mua máy công suất khác."
CAST = [
    *NATIONAL_ACCOUNTS,
    *(f"{name}.{slug}" for name in LOCAL_ACCOUNTS for slug in ("hai-phong", "thai-nguyen")),
]
ASK = "Đề nghị điều chỉnh, ngừng thực hiện"
CONFIRM = "Xác nhận đề nghị điều chỉnh"


def code(walk: Walk) -> str:
    return walk.year.project.code


def counts() -> dict[str, int]:
    return {account: len(told(account)) for account in CAST}


def new_to(before: dict[str, int]) -> set[str]:
    return {account for account in CAST if len(told(account)) > before[account]}


# -- a change on its way ---------------------------------------------------------------------------------


def test_a_request_is_a_task_of_the_department_and_its_way_is_told_to_the_unit() -> None:
    walk = walks.funded(NATIONAL)
    walk.ask_change("EXTEND_NEXT_YEAR", REASON, **some_change(walk, "EXTEND_NEXT_YEAR"))
    assert last(HEAD_OF_DEPT) == ("TASK", ASK, "Xác nhận đề nghị điều chỉnh, ngừng", code(walk))
    assert last(CENTRE) == ("STEP", ASK, "", code(walk))
    walk.confirm_change()
    assert last("agency.head") == ("TASK", CONFIRM, "Trình Bộ đề nghị điều chỉnh, ngừng", code(walk))
    assert last(HEAD_OF_CENTRE) == ("STEP", CONFIRM, "", code(walk))
    before = counts()
    walk.propose_change()
    assert last("ministry.leader")[:3] == ("TASK", "Trình Bộ đề nghị điều chỉnh", "Quyết định điều chỉnh")
    assert new_to(before) >= {CENTRE, HEAD_OF_CENTRE, "ministry.leader"}
    assert "agency.head" not in new_to(before)
    walk.decide_change("ministry.leader")
    for account in (CENTRE, HEAD_OF_CENTRE):
        assert last(account) == ("DECISION", "Quyết định điều chỉnh", "", code(walk))
    assert last("agency.head")[0] == "DECISION"


@pytest.mark.parametrize(
    ("kind", "desk", "elsewhere"),
    [("PLACE", "agency.head", "ministry.leader"), ("CHANGE_CONTENT", "agency.head", "ministry.leader")],
)
def test_only_the_body_on_whose_desk_a_change_lies_has_the_task(kind: str, desk: str, elsewhere: str) -> None:
    walk = walks.funded(NATIONAL)
    walk.ask_change(kind, REASON, **some_change(walk, kind))
    walk.confirm_change()
    assert last(desk)[0] == "TASK"
    assert last(elsewhere)[1] != CONFIRM or last(elsewhere)[2] == ""


@pytest.mark.parametrize(("programme", "by"), [(NATIONAL, "agency.head"), (LOCAL, "dept.head")])
def test_a_change_that_is_given_back_is_told_as_a_return(programme: str, by: str) -> None:
    walk = walks.funded(programme)
    walk.ask_change("PLACE", REASON, **some_change(walk, "PLACE"))
    if programme == NATIONAL:
        walk.confirm_change()
    walk.act(by, "return_change", comment="Chưa rõ nơi mới.")
    for account in (CENTRE, HEAD_OF_CENTRE):
        assert last(account) == ("RETURN", "Trả lại đề nghị điều chỉnh", "", code(walk))


def test_who_had_a_request_on_the_desk_hears_that_it_was_taken_back() -> None:
    walk = walks.funded(NATIONAL)
    walk.ask_change("PLACE", REASON, **some_change(walk, "PLACE")).confirm_change()
    walk.act("centre.head", "withdraw_change", comment="Không cần nữa.")
    assert last(HEAD_OF_DEPT) == ("STEP", "Rút đề nghị điều chỉnh", "", code(walk))


def test_an_annex_that_became_due_is_a_task_of_party_a_and_its_signing_is_told_to_the_unit() -> None:
    walk = walks.at_work(NATIONAL)
    walk.ask_change("TIME_WITHIN_YEAR", REASON, changes={"ends_on": dt.date(YEAR, 12, 20)}).confirm_change()
    walk.decide_change("agency.head")
    with acting_as(walk.who("agency.head")) as by:
        assert "sign_annex" in {task.action.name for task in tasks_of(by, today())}
    walk.act("agency.head", "sign_annex", paper=walk.paper("PLHĐ", "agency.head"))
    assert last(CENTRE) == ("STEP", "Ký phụ lục hợp đồng", "", code(walk))


# -- findings of inspections ------------------------------------------------------------------------------


def test_a_finding_is_told_to_the_unit_and_to_whose_acceptance_waits_and_so_is_its_end() -> None:
    walk = walks.reported(NATIONAL)
    before = counts()
    walk.act(
        "agency.head", "inspect", planned=True, summary="Thiếu.", finding="Lắp che chắn.", fix_by=today()
    )
    found = "Kiểm tra, giám sát (có kiến nghị)"
    for account in (CENTRE, HEAD_OF_CENTRE):
        assert last(account) == ("TASK", found, "Khắc phục kiến nghị kiểm tra", code(walk))
        assert (told(account)[-1].due, told(account)[-1].url[:11]) == (today(), "/kien-nghi/")
    for account in (DEPT, HEAD_OF_DEPT):
        assert last(account) == ("STEP", found, "", code(walk))
    assert all(len(told(account)) == before[account] + 1 for account in (CENTRE, DEPT, HEAD_OF_DEPT))
    assert new_to(before) & {"agency.head", "centre.thai-nguyen", "dept.thai-nguyen"} == set()
    before = counts()
    with acting_as(position("agency.head")) as head:
        resolve_finding(Inspection.objects.select_related("project_year__project").get(), by=head)
    closed = "Ghi nhận đã khắc phục kiến nghị"
    assert last(CENTRE) == ("STEP", closed, "", code(walk))
    assert last(DEPT) == ("TASK", closed, "Nghiệm thu cơ sở", code(walk))
    assert "agency.head" not in new_to(before)


def test_an_inspection_without_a_finding_is_no_news() -> None:
    walk = walks.reported(LOCAL)
    before = counts()
    walk.act("dept.head", "inspect", planned=True, summary="Đúng tiến độ.")
    assert new_to(before) == set()


# -- ends, and the money of the year ---------------------------------------------------------------------


@pytest.mark.parametrize("programme", [NATIONAL, LOCAL])
def test_a_stop_is_a_decision_and_the_refund_a_task_of_the_unit_s_accountant(programme: str) -> None:
    walk = walks.reported(programme)
    walk.ask_advance(120 * M).advance(120 * M)
    walks.next_day(walk)
    walk.stop("Cơ sở ngừng sản xuất.")
    assert last(CENTRE) == ("DECISION", "Ngừng thực hiện", "", code(walk))
    assert last("centre.accountant.hai-phong") == (
        "TASK",
        "Ngừng thực hiện",
        "Hoàn trả ngân sách",
        code(walk),
    )


def test_a_termination_is_a_task_of_who_decides_and_the_unit_knows_that_it_was_proposed() -> None:
    walk = walks.funded(NATIONAL)
    walk.act(
        "agency.head",
        "propose_termination",
        paper=walk.paper("TTr-ĐCK", "agency.head"),
        comment="Lập khống chứng từ.",
    )
    assert last("ministry.leader")[2] == "Quyết định ngừng do vi phạm"
    assert last(CENTRE) == ("STEP", "Trình ngừng do vi phạm", "", code(walk))


def test_money_that_is_carried_over_or_cancelled_is_told_as_money() -> None:
    walk = walks.reported(NATIONAL)
    walk.ask_change("EXTEND_NEXT_YEAR", REASON, **some_change(walk, "EXTEND_NEXT_YEAR")).confirm_change()
    walk.propose_change().decide_change("ministry.leader")
    assert last("agency.head")[:3] == ("DECISION", "Quyết định điều chỉnh", "Ký phụ lục hợp đồng")
    for action, label in (("carry_over", "Chuyển nguồn"), ("cancel_budget", "Hủy dự toán")):
        paper = walk.paper(f"QĐ-{action.split('_')[0].upper()}", "agency.head")
        walk.act("agency.head", action, paper=paper, amount=100 * M, comment="Không chi kịp.")
        assert last(CENTRE) == ("MONEY", label, "", code(walk))
        assert not any(digits in str(vars(told(CENTRE)[-1])) for digits in ("100.000.000", "100000000"))


# -- the plan of a group ---------------------------------------------------------------------------------


def test_a_plan_of_implementation_is_a_task_then_a_return_then_a_decision() -> None:
    walk = walks.group_funded(LOCAL)
    walks.name_beneficiaries(walk, 300 * M)
    walks.attach_missing(walk, Stage.PLAN)
    walk.plan()
    waits = "Thẩm định, phê duyệt kế hoạch triển khai (Mẫu 11)"
    assert last(HEAD_OF_DEPT)[2] == waits
    walks.next_day(walk)
    walk.act("dept", "return_implementation_plan", comment="Nêu rõ thời gian.")
    again = "Lập, trình kế hoạch triển khai (Mẫu 11)"
    assert last(CENTRE) == ("RETURN", "Trả lại kế hoạch triển khai", again, code(walk))
    walk.plan()
    walks.next_day(walk)
    walk.approve_plan()
    assert last(CENTRE)[:2] == ("DECISION", "Phê duyệt kế hoạch triển khai (Mẫu 11)")


# -- the agency's own tasks, direct files ----------------------------------------------------------------


def test_the_agency_s_own_task_is_a_task_of_its_officers_but_not_of_who_drafted_it() -> None:
    walk = walks.direct_draft("agency.officer", "agency.head", kind="TASK", counterpart=0)
    before = counts()
    walk.act("agency.officer", "add_own_task", comment="theo chỉ đạo của lãnh đạo")
    assert new_to(before) == {"agency.officer2"}
    assert last("agency.officer2") == (
        "TASK",
        "Đưa nhiệm vụ của Cục vào kế hoạch",
        "Thẩm định cấp Bộ",
        code(walk),
    )
    for account, expected in (("agency.officer", set()), ("agency.officer2", {"appraise_agency"})):
        with acting_as(position(account)) as by:
            assert {task.action.name for task in tasks_of(by, today())} == expected


def test_a_direct_file_tells_the_agency_and_no_department() -> None:
    walk = walks.direct_draft("regional.1", "regional.head.1", "hai-phong")
    before = counts()
    walk.submit("theo chỉ đạo của lãnh đạo")
    assert new_to(before) == {"regional.1", "agency.officer", "agency.officer2"}
    assert last("agency.officer")[2] == "Thẩm định cấp Bộ"


# -- told as a task is what stands among the tasks --------------------------------------------------------


def stages() -> list[Walk]:
    """A file in each branch, on all routes."""
    changing = walks.funded(NATIONAL)
    changing.ask_change("INCREASE_SUPPORT", REASON, **money(changing, 350 * M, 500 * M)).confirm_change()
    local = walks.funded(LOCAL)
    local.ask_change("PLACE", REASON, **some_change(local, "PLACE"))
    own = walks.direct_draft("agency.officer", "agency.head", kind="TASK", counterpart=0)
    own.act("agency.officer", "add_own_task", comment="theo chỉ đạo của lãnh đạo")
    direct = walks.direct_draft("regional.1", "regional.head.1", "hai-phong", "thai-nguyen")
    direct.submit("theo chỉ đạo của lãnh đạo")
    asked = walks.reported(LOCAL)
    asked.ask_advance(120 * M)
    return [
        walks.draft(),
        changing,
        local,
        own,
        direct,
        asked,
        walks.confirmed(NATIONAL),
        walks.group_funded(LOCAL),
    ]


def test_what_is_open_is_what_stands_among_somebody_s_tasks() -> None:
    files = [walk.year for walk in stages()]
    listed: set[tuple[int, str]] = set()
    for account in CAST:
        with acting_as(position(account)) as by:
            listed |= {(year.pk, task.action.name) for task in tasks_of(by, today()) for year in task.years}
    open_now: set[tuple[int, str]] = set()
    for account, mine in (("dept.hai-phong", files), ("agency.officer", files)):
        with acting_as(position(account)):
            found = {year.pk: year for year in mine}
            open_now |= {
                (pk, ROUTES[route_name(found[pk].project)].actions[number].name)
                for pk, number, _ in open_tasks(mine)
            }
    assert open_now == listed


def test_open_tasks_cost_the_same_for_eight_files_as_for_two() -> None:
    asked = []
    for number in (2, 8):
        files = [walks.draft(LOCAL) for _ in range(number)]
        walks.submitted(*files)
        with acting_as(position("dept.hai-phong")), CaptureQueriesContext(connection) as queries:
            open_tasks([walk.year for walk in files])
        asked.append(len(queries))
    assert asked[0] == asked[1]


# -- who signs for a head --------------------------------------------------------------------------------


def test_a_deputy_with_an_assignment_is_told_of_what_became_his_task_and_one_without_is_not() -> None:
    walk = walks.draft(LOCAL)
    walks.appraised(walk)
    assert told("dept.deputy.hai-phong") == []
    make_rule(position("dept.deputy.hai-phong"), manner=SigningRule.Manner.DEPUTY)
    other = walks.funded(LOCAL)
    other.ask_change("PLACE", REASON, **some_change(other, "PLACE"))
    with acting_as(position("dept.deputy.hai-phong")) as by:
        assert "decide_change" in {task.action.name for task in tasks_of(by, today())}
    assert last("dept.deputy.hai-phong")[:3] == ("TASK", ASK, "Quyết định điều chỉnh")


def test_the_head_of_an_authorised_body_is_told_of_what_it_was_given() -> None:
    """The deputy proposed, so that the head may approve (who proposed does not)."""
    committee, department = (position(f"{name}.hai-phong").organisation for name in ("committee", "dept"))
    authorise(committee, department, "approve", programme=LOCAL)
    make_rule(position("dept.deputy.hai-phong"))
    walk = walks.draft(LOCAL)
    walks.ready_to_propose(walk)
    before = counts()
    day = walks.next_day(walk)
    walk.scene.decide(
        "propose", "dept.deputy", "TTr-SCT", day, same(walk), slug=walk.slug, comment="Theo chỉ đạo."
    )
    assert {HEAD_OF_DEPT, "committee.hai-phong"} <= new_to(before)
    assert last(HEAD_OF_DEPT)[:3] == (
        "TASK",
        "Trình phê duyệt kế hoạch (Đưa vào kế hoạch)",
        "Phê duyệt kế hoạch",
    )
    assert "dept.deputy.hai-phong" not in new_to(before)
