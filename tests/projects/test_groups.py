"""Group projects: the plan of implementation, beneficiaries one by one (../shared/domain/chain.md §3.1, §3.4, §3.5)."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.tenancy import acting_as
from budgets.models import Activity
from khuyencong.demonstration.walk import Walk
from khuyencong.lib.dates import today
from khuyencong.lib.workflow import Forbidden, Refused, Stale
from projects.models import (
    ActivityPaper,
    Appraisal,
    BeneficiaryShare,
    Establishment,
    Event,
    GroupType,
    ImplementationPlan,
    Project,
    ShareState,
    Stage,
)
from projects.requirements import missing_papers
from projects.services.files import create_project, save_content, save_shares
from projects.services.shares import drop_share, replace_share
from projects.tasks import tasks_of
from tests.cast import position
from tests.factories import make_establishment, make_event
from tests.projects.books import books, refused, source, state, sums
from tests.projects.walks import (
    LOCAL,
    NATIONAL,
    appraised,
    approved,
    assign,
    at_work,
    attach_missing,
    decide,
    draft,
    group_funded,
    group_planned,
    name_beneficiaries,
    next_day,
    submitted,
)

pytestmark = pytest.mark.django_db

M = 1_000_000
BOTH = pytest.mark.parametrize("programme", [NATIONAL, LOCAL])


def shares(walk: Walk) -> list[tuple[str, str, int]]:
    """Name, state and support of all shares, those that ended too, in the order in which they came."""
    with acting_as(walk.who("dept")):
        rows = BeneficiaryShare.every.filter(project_year=walk.year).order_by("pk")
        return [
            (row.establishment.name, row.state, row.support) for row in rows.select_related("establishment")
        ]


def share_of(walk: Walk, establishment: Establishment) -> BeneficiaryShare:
    return BeneficiaryShare.objects.get(project_year=walk.year, establishment=establishment)


def change(walk: Walk) -> Event:
    """The department's decision on a change, inside the caller's scope."""
    return make_event(walk.now(), "decide_change", by=walk.who("dept.head"))


# -- the file without its beneficiaries -----------------------------------------------------------------------


@BOTH
def test_a_group_project_is_sent_and_appraised_without_place_and_beneficiaries(programme: str) -> None:
    walk = draft(programme, activity="T1", nature="GROUP", shares=0)
    with acting_as(walk.who("centre")):
        year = walk.now()
        save_content(
            year, by=walk.who("centre"), version=year.project.version, values={"place": "", "partner": ""}
        )
    appraised(walk)
    with acting_as(walk.who("dept")):
        assert Appraisal.objects.get(project_year=walk.year).form == "4a"


def test_beneficiaries_named_too_early_are_taken_out_first() -> None:
    walk = draft(NATIONAL, activity="T1", nature="GROUP", shares=2)
    with refused(
        walk,
        "Đề án nhóm chưa nêu cơ sở thụ hưởng khi gửi: cơ sở được nêu trong kế hoạch triển khai (Mẫu 11), sau khi "
        "được giao kinh phí. Hãy gỡ các cơ sở khỏi danh sách.",
    ):
        submitted(walk)


def test_machinery_names_its_beneficiaries_at_the_appraisal() -> None:
    walk = draft(NATIONAL, activity="T10", nature="GROUP", shares=0)
    with refused(walk, "Chưa chọn cơ sở công nghiệp nông thôn thụ hưởng."):
        submitted(walk)
    named = draft(NATIONAL, activity="T10", nature="GROUP", shares=2)
    appraised(named)
    with acting_as(named.who("dept")):
        assert Appraisal.objects.get(project_year=named.year).form == "4b"


def test_when_the_rule_on_machinery_ends_its_groups_name_nobody_either() -> None:
    GroupType.objects.filter(activity__code="T10").update(named=False)
    walk = draft(NATIONAL, activity="T10", nature="GROUP", shares=0)
    submitted(walk)
    assert state(walk) == "submitted"


def test_only_the_six_types_make_group_projects() -> None:
    walk = draft(NATIONAL, activity="T7", nature="GROUP", shares=0)
    with pytest.raises(Refused, match="không thuộc các dạng được lập đề án nhóm"):
        submitted(walk)
    codes = GroupType.objects.order_by("activity__pk").values_list("activity__code", "named", "certainty")
    assert list(codes) == [
        ("T1", False, "A18"),
        ("T2", False, "A18"),
        ("T3", False, "A18"),
        ("T10", True, "A18"),
        ("T15", False, "A18"),
        ("T17", False, "A18"),
        ("T19", False, "A18"),
    ]


def test_a_task_is_no_group_project() -> None:
    by = position("centre.hai-phong")
    with acting_as(by), pytest.raises(Refused, match="Chỉ đề án lập được theo nhóm"):
        create_project(
            by=by,
            programme=NATIONAL,
            year=2027,
            title="Nhóm",
            activity=Activity.objects.get(code="T1"),
            kind="TASK",
            nature="GROUP",
        )


# -- the plan of implementation ----------------------------------------------------------------------------------


@BOTH
def test_the_unit_names_beneficiaries_once_the_money_is_there_and_until_the_plan_is_sent(
    programme: str,
) -> None:
    walk = draft(programme, activity="T1", nature="GROUP", shares=0)
    submitted(walk)
    with pytest.raises(Stale):
        name_beneficiaries(walk, 100 * M)
    walk = group_funded(programme)
    name_beneficiaries(walk, 100 * M)
    assert [each[1:] for each in shares(walk)] == [("proposed", 100 * M)]
    attach_missing(walk, Stage.PLAN)
    walk.plan()
    with pytest.raises(Stale):
        name_beneficiaries(walk, 120 * M)
    assert [each[1:] for each in shares(walk)] == [("proposed", 100 * M)]


def test_the_department_does_not_name_beneficiaries() -> None:
    walk = group_funded(NATIONAL)
    by = walk.who("dept")
    with acting_as(by), pytest.raises(Forbidden):
        save_shares(walk.now(), by=by, version=1, shares=[])


@BOTH
def test_a_plan_names_somebody_with_support_within_the_allocation_and_with_papers(programme: str) -> None:
    walk = group_funded(programme)
    with acting_as(walk.who("centre")):
        papers = "; ".join(paper.name for paper in missing_papers(walk.now(), walk.day, Stage.PLAN))
    assert (
        papers == "Văn bản đề nghị hỗ trợ của đơn vị thụ hưởng; Cam kết đầu tư đủ vốn hoặc chứng từ đã đầu tư"
    )
    missing = f"Kế hoạch triển khai còn thiếu: {papers}."
    nobody = "Kế hoạch triển khai chưa nêu cơ sở thụ hưởng; hãy chọn ở trang “Cơ sở thụ hưởng”."
    with refused(walk, nobody, missing):
        walk.plan()
    attach_missing(walk, Stage.PLAN)
    [first] = name_beneficiaries(walk, 0)
    with refused(walk, f"Chưa ghi mức hỗ trợ của: {first.name}."):
        walk.plan()
    name_beneficiaries(walk, 200 * M, 100 * M + 1)
    with refused(
        walk, "Tổng hỗ trợ của các cơ sở là 300.000.001 đồng, vượt kinh phí được giao 300.000.000 đồng."
    ):
        walk.plan()


def test_a_plan_names_only_establishments_that_may_be_supported() -> None:
    walk = group_funded(NATIONAL)
    [found] = name_beneficiaries(walk, 100 * M)
    attach_missing(walk, Stage.PLAN)
    with acting_as(walk.who("centre")):
        Establishment.objects.filter(pk=found.pk).update(industry="NOT_LISTED")
    with pytest.raises(Refused, match="Cơ sở chưa đủ điều kiện"):
        walk.plan()


@BOTH
def test_the_department_gives_a_plan_back_with_a_reason_and_it_is_sent_anew(programme: str) -> None:
    walk = group_funded(programme)
    name_beneficiaries(walk, 100 * M)
    attach_missing(walk, Stage.PLAN)
    walk.plan()
    with refused(walk, "Việc này cần ghi lý do."):
        walk.act("dept", "return_implementation_plan")
    walk.act("dept", "return_implementation_plan", comment="Nêu thêm một cơ sở.")
    next_day(walk)
    with refused(walk, "Không có kế hoạch triển khai nào đang chờ phê duyệt."):
        walk.approve_plan()
    name_beneficiaries(walk, 100 * M, 120 * M)
    walk.plan(content="Hai lớp.")
    walk.approve_plan()
    with acting_as(walk.who("dept")):
        plans = list(ImplementationPlan.objects.filter(project_year=walk.year))
    assert [len(plan.beneficiaries) for plan in plans] == [1, 2]
    assert [each[1:] for each in shares(walk)] == [("confirmed", 100 * M), ("confirmed", 120 * M)]


@BOTH
def test_approval_fixes_beneficiaries_place_and_partner_and_shows_them_to_the_agency(programme: str) -> None:
    walk, found = group_planned(programme, 150 * M, 150 * M)
    with acting_as(position("agency.officer")):
        project = Project.objects.get(pk=walk.year.project_id)
        assert (project.place, project.partner) == ("Xã số 1; Xã số 2", "Trường Trung cấp nghề tỉnh")
        assert {
            row.establishment.name for row in BeneficiaryShare.objects.filter(project_year=walk.year)
        } == {each.name for each in found}
        assert ImplementationPlan.objects.filter(project_year=walk.year).count() == 1
    with refused(walk, "Kế hoạch triển khai đã trình; muốn sửa, Sở Công Thương phải trả lại."):
        walk.plan()


@BOTH
def test_work_and_advance_wait_for_the_plan(programme: str) -> None:
    walk = group_funded(programme)
    walk.contract(300 * M)
    waits = "Kế hoạch triển khai (Mẫu 11) của đề án nhóm chưa được Sở Công Thương phê duyệt."
    with refused(walk, waits):
        walk.start()
    walk.progress(10, 10 * M)
    with refused(walk, waits):
        walk.ask_advance(100 * M)


def test_the_contract_of_a_machinery_group_waits_for_its_plan_with_technical_data() -> None:
    walk = draft(NATIONAL, activity="T10", nature="GROUP", shares=2)
    approved(walk)
    assign(programme=NATIONAL)
    decide("allocate", walk)
    next_day(walk)
    assert [each[1:] for each in shares(walk)] == [("confirmed", 150 * M), ("confirmed", 150 * M)]
    with pytest.raises(Refused, match="Đề án nhóm máy móc, thiết bị chỉ ký hợp đồng khi kế hoạch triển khai"):
        walk.contract(300 * M)
    with refused(
        walk, "Đề án nhóm máy móc, thiết bị: kế hoạch phải nêu đặc tính kỹ thuật làm căn cứ ký hợp đồng."
    ):
        walk.plan()
    walk.plan(specifications="Máy CNC 4 trục, hành trình 1.300 × 2.500 mm, mới 100%.")
    walk.approve_plan()
    walk.contract(300 * M)
    assert state(walk) == "contracted"


@BOTH
def test_each_hears_of_the_plan_in_turn(programme: str) -> None:
    def expected(account: str) -> list[str]:
        by = walk.who(account)
        with acting_as(by):
            return [task.action.name for task in tasks_of(by, today())]

    walk = group_funded(programme)
    name_beneficiaries(walk, 100 * M)
    attach_missing(walk, Stage.PLAN)
    assert "submit_implementation_plan" in expected("centre")
    assert "approve_implementation_plan" not in expected("dept.head")
    walk.plan()
    assert "submit_implementation_plan" not in expected("centre")
    assert "approve_implementation_plan" in expected("dept.head")
    walk.approve_plan()
    assert "approve_implementation_plan" not in expected("dept.head")


def test_what_the_department_asks_for_beyond_comes_with_the_plan() -> None:
    walk = group_funded(NATIONAL)
    here = walk.who("dept").organisation.province
    for province, code in ((here, "T1.9"), (position("dept.thai-nguyen").organisation.province, "T1.8")):
        ActivityPaper.objects.create(
            activity=Activity.objects.get(code="T1"),
            province=province,
            code=code,
            name=f"Giấy tờ {code}",
            stage=Stage.PLAN,
            blocks=True,
        )
    with acting_as(walk.who("centre")):
        missing = [paper.code for paper in missing_papers(walk.now(), walk.day, Stage.PLAN)]
    assert ("T1.9" in missing, "T1.8" in missing) == (True, False)


def test_nobody_approves_a_plan_of_his_own_unit() -> None:
    walk = group_funded(NATIONAL)
    name_beneficiaries(walk, 100 * M)
    attach_missing(walk, Stage.PLAN)
    walk.plan()
    by = position("dept.head.hai-phong")
    with acting_as(by):
        event = Event.objects.filter(project_year=walk.year, action="submit_implementation_plan").get()
        with pytest.raises(IntegrityError, match="G14"), transaction.atomic():
            make_event(
                walk.now(), "approve_implementation_plan", by=by, position=event.position, person=event.person
            )


# -- what the database refuses ------------------------------------------------------------------------------------


def test_the_database_keeps_approved_shares_of_a_group_within_the_allocation() -> None:
    walk, found = group_planned(NATIONAL, 150 * M, 100 * M)
    with acting_as(walk.who("centre")), pytest.raises(IntegrityError, match="G9"), transaction.atomic():
        BeneficiaryShare.objects.filter(project_year=walk.year, establishment=found[1]).update(
            support=150 * M + 1
        )
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_share_does_not_end_without_an_act() -> None:
    walk, _ = group_planned(NATIONAL, 150 * M)
    with (
        acting_as(walk.who("centre")),
        pytest.raises(IntegrityError, match="ended_by_an_act"),
        transaction.atomic(),
    ):
        BeneficiaryShare.objects.filter(project_year=walk.year).update(state=ShareState.DROPPED)


# -- replace, drop ---------------------------------------------------------------------------------------------


def test_a_replaced_share_stays_with_the_act_that_ended_it() -> None:
    walk, [first, second] = group_planned(NATIONAL, 150 * M, 150 * M)
    other = make_establishment(by=walk.who("centre"))
    with acting_as(walk.who("dept.head")):
        act = change(walk)
        new = replace_share(
            share_of(walk, first),
            act=act,
            establishment=other,
            support=150 * M,
            counterpart=0,
            place="Xã mới",
        )
        assert new.replaces is not None
        assert (new.replaces.establishment, new.replaces.ended_by) == (first, act)
    assert shares(walk) == [
        (first.name, "replaced", 150 * M),
        (second.name, "confirmed", 150 * M),
        (other.name, "confirmed", 150 * M),
    ]
    with acting_as(position("agency.officer")):
        seen = BeneficiaryShare.objects.filter(project_year=walk.year).values_list(
            "establishment__name", flat=True
        )
        assert set(seen) == {second.name, other.name}


def test_the_same_establishment_goes_on_at_another_place_as_a_new_row() -> None:
    walk, [first] = group_planned(LOCAL, 150 * M)
    with acting_as(walk.who("dept.head")):
        replace_share(
            share_of(walk, first),
            act=change(walk),
            establishment=first,
            support=150 * M,
            counterpart=0,
            place="Nơi khác",
        )
        assert share_of(walk, first).place == "Nơi khác"
    assert [each[1] for each in shares(walk)] == ["replaced", "confirmed"]


def test_no_second_place_for_a_beneficiary_and_none_that_may_not_be_supported() -> None:
    walk, [first, second] = group_planned(LOCAL, 100 * M, 100 * M)
    unfit = make_establishment(by=walk.who("centre"), industry="NOT_LISTED")
    with acting_as(walk.who("dept.head")):
        act = change(walk)
        with pytest.raises(Refused, match="đã là cơ sở thụ hưởng"):
            replace_share(share_of(walk, first), act=act, establishment=second, support=1, counterpart=0)
        with pytest.raises(Refused, match="chưa đủ điều kiện"):
            replace_share(share_of(walk, first), act=act, establishment=unfit, support=1, counterpart=0)
    assert [each[1] for each in shares(walk)] == ["confirmed", "confirmed"]


def test_what_was_accepted_or_has_ended_is_not_changed_any_more() -> None:
    walk, [first, second] = group_planned(LOCAL, 100 * M, 100 * M)
    walk.contract(200 * M)
    walk.start()
    walk.accept(only=[first.tax_code])
    with acting_as(walk.who("dept.head")):
        act = change(walk)
        with pytest.raises(Refused, match="đã nghiệm thu"):
            drop_share(share_of(walk, first), act=act)
        gone = share_of(walk, second)
        drop_share(gone, act=act)
        with pytest.raises(Refused, match="không tham gia"):
            drop_share(gone, act=act)


def test_in_an_ordinary_project_the_support_falls_with_a_dropped_share_or_g9_refuses() -> None:
    walk = at_work(LOCAL, shares=2)
    with acting_as(walk.who("dept.head")):
        share = BeneficiaryShare.objects.filter(project_year=walk.year).first()
        assert share is not None
        with pytest.raises(IntegrityError, match="G9"), transaction.atomic():
            drop_share(share, act=change(walk))
            connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")


# -- from draft to closed ------------------------------------------------------------------------------------------


def test_a_national_training_group_goes_from_draft_to_closed_with_beneficiaries_accepted_one_by_one() -> None:
    walk, [first, second, third] = group_planned(NATIONAL, 100 * M, 100 * M, 100 * M, counterpart=20 * M)
    with books(walk, ("contracted", "NATIONAL", 300 * M), ("contracted", "COUNTERPART", 420 * M)):
        walk.contract(300 * M)
    walk.start()
    next_day(walk)
    walk.progress(40, 120 * M)
    with books(walk, ("advanced", "NATIONAL", 210 * M)):
        walk.ask_advance(210 * M).advance(210 * M)
    for number, each in enumerate((first, second, third), start=1):
        next_day(walk)
        with books(walk, ("accepted", "NATIONAL", 100 * M), ("accepted", "COUNTERPART", 20 * M)):
            walk.accept(only=[each.tax_code])
        assert state(walk) == ("accepted" if number == 3 else "in_progress")
    assert [each[1] for each in shares(walk)] == ["accepted"] * 3
    walk.ask_advance(90 * M, "REMAINDER").advance(90 * M)
    walk.ask_payment(300 * M, 360 * M).confirm_dossier()
    walk.pay(cleared=300 * M)
    walk.settle(300 * M, 360 * M).close()
    assert (state(walk), sums(walk).settled, sums(walk).refund_due) == ("closed", 300 * M, 0)


def test_of_five_beneficiaries_one_is_replaced_and_one_dropped_and_the_rest_of_the_money_goes_back() -> None:
    walk, found = group_planned(LOCAL, *[60 * M] * 5)
    walk.contract(300 * M)
    walk.start()
    next_day(walk)
    walk.progress(40, 100 * M)
    walk.ask_advance(210 * M).advance(210 * M)
    other = make_establishment(by=walk.who("centre"))
    with acting_as(walk.who("dept.head")):
        act = change(walk)
        replace_share(share_of(walk, found[1]), act=act, establishment=other, support=60 * M, counterpart=0)
        drop_share(share_of(walk, found[4]), act=act)
    next_day(walk)
    walk.accept(only=[found[0].tax_code, found[2].tax_code])
    assert state(walk) == "in_progress"
    walk.accept(only=[other.tax_code], account="dept2")
    walk.accept(only=[found[3].tax_code], account="dept2")
    assert state(walk) == "accepted"
    assert [each[1] for each in shares(walk)] == [
        "accepted", "replaced", "accepted", "accepted", "dropped", "accepted",
    ]  # fmt: skip
    assert (sums(walk).accepted, sums(walk).contracted) == (240 * M, 300 * M)
    next_day(walk)
    walk.ask_payment(240 * M, 240 * M).confirm_dossier()
    walk.pay(cleared=210 * M, paid=30 * M)
    walk.settle(240 * M, 240 * M).close()
    assert (state(walk), sums(walk).disbursed) == ("closed", 240 * M)


# -- the rest of accepted parts -----------------------------------------------------------------------------------


@BOTH
def test_the_rest_of_an_accepted_part_is_advanced_only_if_the_contract_says_so(programme: str) -> None:
    walk, [first, _] = group_planned(programme, 100 * M, 200 * M)
    walk.contract(300 * M)
    walk.start()
    next_day(walk)
    walk.progress(40, 100 * M)
    walk.accept(only=[first.tax_code])
    with refused(
        walk,
        "Hợp đồng không quy định chuyển tiền theo từng phần đã nghiệm thu: phần còn lại chỉ tạm ứng sau khi nghiệm "
        "thu toàn bộ.",
    ):
        walk.ask_advance(10 * M, "PART")
    with refused(walk, "Phần còn lại chỉ tạm ứng sau khi nghiệm thu."):
        walk.ask_advance(10 * M, "REMAINDER")
    walk.ask_advance(210 * M)  # the first one all the same: 70 % of the contract


@BOTH
def test_where_the_contract_pays_part_by_part_an_accepted_part_is_paid_whole_the_others_by_their_ratio(
    programme: str,
) -> None:
    walk, [first, _] = group_planned(programme, 100 * M, 200 * M)
    walk.contract(300 * M, part_payments="Điều 5 hợp đồng; Quyết định số 12/QĐ-ĐCK")
    walk.start()
    next_day(walk)
    walk.progress(40, 100 * M)
    walk.ask_advance(210 * M).advance(210 * M)
    with refused(walk, "Theo các phần đã nghiệm thu, số tạm ứng tối đa là 0 đồng."):
        walk.ask_advance(1, "PART")
    next_day(walk)
    walk.accept(only=[first.tax_code])
    with refused(walk, "Theo các phần đã nghiệm thu, số tạm ứng tối đa là 30.000.000 đồng."):
        walk.ask_advance(30 * M + 1, "PART")
    with books(walk, ("advanced", source(walk), 30 * M)):
        walk.ask_advance(30 * M, "PART").advance(30 * M)
