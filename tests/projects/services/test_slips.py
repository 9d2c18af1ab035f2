"""Papers on their way to a signature: prepared, endorsed, signed, numbered, issued; and what may go wrong between."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Position, PositionKind
from accounts.queries import organisation_on
from accounts.tenancy import acting_as
from khuyencong.demonstration.walk import Walk
from khuyencong.lib.dates import short_date, today
from khuyencong.lib.workflow import Forbidden, Refused, Stale
from notices.queries import notices_of
from projects.chain import PaperData
from projects.forms.slips import read_again
from projects.models import Event, OrderedAct, Paper, Slip, SlipState
from projects.services.acts import act
from projects.services.files import save_content
from projects.services.slips import answer_slip, issue_slip, misfit, present_slip, steps_of
from projects.slip_tasks import expected
from tests.cast import position
from tests.factories import authorise, make_rule
from tests.projects.books import state
from tests.projects.services.test_handovers import give
from tests.projects.slips import (
    APPRAISAL,
    CENTRE,
    CENTRE_HEAD,
    CLERK,
    DEPUTY,
    DIVISION,
    HEAD,
    OFFICER,
    clerk_of,
    endorsed_by,
    issue,
    matter,
    present,
    written,
)
from tests.projects.test_two_at_once import at_once
from tests.projects.walks import LOCAL, NATIONAL, direct_draft, draft, funded, new_scene, submitted

pytestmark = pytest.mark.django_db


def do(
    slip: Slip, account: str, action: str, *, expected_state: str | None = None, comment: str = ""
) -> Slip:
    by = position(account)
    with acting_as(by):
        return answer_slip(slip, action, by=by, expected_state=expected_state, comment=comment)


def tasks(account: str) -> list[str]:
    by = position(account)
    with acting_as(by):
        return [task.label for task in expected(by, today())]


def events(walk: Walk, action: str) -> list[Event]:
    with acting_as(position(OFFICER)):
        rows = Event.objects.filter(project_year=walk.year, action=action)
        return list(rows.select_related("position", "paper__signer", "person"))


def paper_of(event: Event) -> Paper:
    assert event.paper is not None
    return event.paper


def sent(walk: Walk) -> Slip:
    """The centre's officer presents the letter with which the file is sent to the department."""
    return present(walk, CENTRE, "submit", CENTRE_HEAD, comment="")


def appraised(walk: Walk, signer: str = HEAD) -> Slip:
    return present(walk, OFFICER, "appraise_department", signer, **APPRAISAL)


# -- the main path -------------------------------------------------------------------------------------


def test_the_officer_of_a_centre_presents_and_the_director_signs_numbers_and_sends_in_one_step() -> None:
    walk = draft()
    slip = sent(walk)
    assert (slip.state, state(walk)) == (SlipState.SIGNING, "draft")
    assert tasks(CENTRE_HEAD) == ["Ký văn bản: Gửi hồ sơ đến Sở"]
    assert tasks(CENTRE) == []
    done = issue(slip, CENTRE_HEAD, "12/CV-TTKC")
    assert (done.state, done.number, state(walk)) == (SlipState.ISSUED, "12/CV-TTKC", "submitted")
    event = events(walk, "submit")[0]
    assert (event.position, paper_of(event).signer) == (position(CENTRE_HEAD), position(CENTRE_HEAD))
    assert paper_of(event).signed_as == ["GIÁM ĐỐC"]
    assert tasks(CENTRE_HEAD) == []
    with acting_as(position(CENTRE)):
        labels = [notice.label for notice in notices_of(position(CENTRE))]
    assert "Đã ban hành Công văn số 12/CV-TTKC: Gửi hồ sơ đến Sở" in labels


def test_a_slip_is_due_when_the_act_that_it_prepares_is() -> None:
    walk = draft(LOCAL)
    closes = today() + dt.timedelta(days=30)
    slip = sent(walk)
    with acting_as(position(CENTRE_HEAD)) as head:
        assert [task.due for task in expected(head, today())] == [closes]
    issue(slip, CENTRE_HEAD, "12/CV-TTKC")
    slip = appraised(walk)
    with acting_as(position(HEAD)) as head:
        assert [task.due for task in expected(head, today())] == [closes]
    do(slip, HEAD, "sign")
    with acting_as(position(CLERK)) as clerk:
        assert [task.due for task in expected(clerk, today())] == [closes]


def test_more_slips_ask_the_database_no_more() -> None:
    def asked() -> tuple[int, int]:
        with acting_as(position(HEAD)) as head, CaptureQueriesContext(connection) as captured:
            return len(expected(head, today())), len(captured)

    scene = new_scene()
    walks = [draft(LOCAL, scene=scene) for _ in range(3)]
    submitted(*walks)
    appraised(walks[0])
    one = asked()
    for walk in walks[1:]:
        appraised(walk)
    assert (one[0], asked()) == (1, (3, one[1]))


def test_in_a_department_the_division_head_endorses_the_deputy_signs_and_the_clerk_numbers() -> None:
    endorsed_by(PositionKind.DIVISION_HEAD)
    make_rule(position(DEPUTY))
    walk = draft(LOCAL)
    submitted(walk)
    slip = appraised(walk, DEPUTY)
    assert (slip.state, tasks(DIVISION), tasks(DEPUTY)) == (
        SlipState.ENDORSING,
        ["Ký nháy: Thẩm định cấp cơ sở"],
        [],
    )
    slip = do(slip, DIVISION, "endorse")
    assert (slip.state, tasks(DIVISION), tasks(DEPUTY), tasks(CLERK)) == (
        SlipState.SIGNING,
        [],
        ["Ký văn bản: Thẩm định cấp cơ sở"],
        [],
    )
    slip = do(slip, DEPUTY, "sign")
    assert (slip.state, slip.issuer, tasks(CLERK)) == (
        SlipState.SIGNED,
        position(HEAD).organisation,
        ["Ghi số, ngày và ban hành: Thẩm định cấp cơ sở"],
    )
    assert state(walk) == "submitted"
    slip = issue(slip, CLERK, "7/PTĐ-SCT")
    assert (slip.state, state(walk)) == (SlipState.ISSUED, "appraised_department")
    event = events(walk, "appraise_department")[0]
    assert (event.position, paper_of(event).signer) == (position(OFFICER), position(DEPUTY))
    assert paper_of(event).signed_as == ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"]
    with acting_as(position(OFFICER)):
        assert [(step.action, step.person.username) for step in steps_of(slip)] == [
            ("present", OFFICER),
            ("endorse", DIVISION),
            ("sign", DEPUTY),
            ("issue", CLERK),
        ]


def test_several_endorse_in_the_order_of_the_rule_and_who_is_not_there_is_passed_over() -> None:
    endorsed_by(PositionKind.DIVISION_HEAD, PositionKind.ACCOUNTANT, PositionKind.VICE_CHAIR)
    walk = draft(LOCAL)
    submitted(walk)
    slip = appraised(walk)
    assert slip.endorsers == ["DIVISION_HEAD", "ACCOUNTANT"]
    with acting_as(position(OFFICER)):
        assert steps_of(slip)[0].comment == "(Phó Chủ tịch hiện không có người giữ, không qua ký nháy.)"
    with pytest.raises(Forbidden):
        do(slip, "dept.accountant.hai-phong", "endorse")
    slip = do(slip, DIVISION, "endorse")
    assert (slip.state, slip.endorsers) == (SlipState.ENDORSING, ["ACCOUNTANT"])
    assert do(slip, "dept.accountant.hai-phong", "endorse").state == SlipState.SIGNING


@pytest.mark.parametrize(
    "field", [{"papers": ["DECISION"]}, {"programme": "NATIONAL"}, {"valid_to": dt.date(2026, 1, 1)}]
)
def test_a_rule_that_does_not_cover_the_paper_asks_for_no_endorsement(field: dict[str, Any]) -> None:
    endorsed_by(PositionKind.DIVISION_HEAD, **field)
    walk = draft(LOCAL)
    submitted(walk)
    assert appraised(walk).state == SlipState.SIGNING


def test_what_comes_back_carries_its_reason_and_goes_out_again_with_everything_kept() -> None:
    walk = draft(LOCAL)
    submitted(walk)
    slip = appraised(walk)
    with pytest.raises(Refused, match="cần ghi lý do"):
        do(slip, HEAD, "return", comment=" ")
    slip = do(slip, HEAD, "return", comment="Ghi rõ căn cứ dự toán")
    assert (slip.state, slip.inputs["capacity"]) == (SlipState.RETURNED, [APPRAISAL["capacity"]])
    assert tasks(OFFICER) == ["Sửa, trình lại: Thẩm định cấp cơ sở"]
    assert tasks(HEAD) == []
    again = present(
        walk, OFFICER, "appraise_department", HEAD, slip=slip, **APPRAISAL | {"capacity": "Đủ năng lực."}
    )
    assert (again.pk, again.state, again.inputs["capacity"]) == (slip.pk, SlipState.SIGNING, ["Đủ năng lực."])
    issue(do(again, HEAD, "sign"), CLERK, "8/PTĐ-SCT")
    assert state(walk) == "appraised_department"


def test_nobody_has_to_and_a_slip_that_was_overtaken_says_so_and_loses_nothing() -> None:
    walk = draft()
    slip = sent(walk)
    submitted(walk)  # the director has done it in one form
    with acting_as(position(CENTRE_HEAD)):
        moved = f"Sau khi soạn, hồ sơ {slip.code} đã chuyển sang “Đã gửi Sở”, do Nguyễn Văn Ánh"
        assert misfit(slip).startswith(moved)
    with pytest.raises(Refused, match="đã chuyển sang"):
        issue(slip, CENTRE_HEAD, "13/CV-TTKC")
    assert tasks(CENTRE_HEAD) == []
    assert tasks(CENTRE) == ["Xem lại phiếu trình: Gửi hồ sơ đến Sở"]
    assert len(events(walk, "submit")) == 1
    assert do(slip, CENTRE, "withdraw").state == SlipState.WITHDRAWN
    assert tasks(CENTRE) == []


# -- edges ---------------------------------------------------------------------------------------------


def test_a_file_that_was_changed_after_the_slip_is_not_signed_until_it_is_presented_again() -> None:
    walk = draft()
    slip = sent(walk)
    by = position(CENTRE)
    with acting_as(by):
        year = walk.now()
        save_content(year, by=by, version=year.project.version, values={"objectives": "Mục tiêu khác."})
    with pytest.raises(Refused, match="đã được sửa sau khi soạn"):
        issue(slip, CENTRE_HEAD, "12/CV-TTKC")
    assert (state(walk), tasks(CENTRE_HEAD)) == ("draft", [])
    slip = present(walk, CENTRE, "submit", CENTRE_HEAD, slip=slip, comment="")
    issue(slip, CENTRE_HEAD, "12/CV-TTKC")
    assert state(walk) == "submitted"


def test_what_the_act_itself_would_refuse_is_refused_when_it_is_presented() -> None:
    walk = draft(LOCAL)
    submitted(walk)
    with pytest.raises(Refused, match="cao hơn mức đơn vị đề nghị"):
        present(walk, OFFICER, "appraise_department", HEAD, **APPRAISAL | {"recommended": "999.000.000"})
    with acting_as(position(OFFICER)):
        assert Slip.objects.count() == 0


def test_of_one_act_a_body_has_one_slip_on_its_way() -> None:
    walk = draft()
    sent(walk)
    with pytest.raises(Stale, match="đã có phiếu trình do Nguyễn Văn Ánh"):
        sent(walk)


def test_a_number_that_was_given_is_not_given_again() -> None:
    first, second = draft(), draft()
    issue(sent(first), CENTRE_HEAD, "12/CV-TTKC")
    slip = sent(second)
    with pytest.raises(Refused, match="12/cv-ttkc đã được ghi cho văn bản khác"):
        issue(slip, CENTRE_HEAD, "12/cv-ttkc")
    assert state(second) == "draft"
    with acting_as(position(CENTRE)):
        assert Slip.objects.get(pk=slip.pk).state == SlipState.SIGNING
    issue(slip, CENTRE_HEAD, "13/CV-TTKC")


def test_a_signer_who_left_before_the_number_was_given_no_longer_issues_his_paper() -> None:
    walk = draft(LOCAL)
    submitted(walk)
    slip = do(appraised(walk), HEAD, "sign")
    Position.objects.filter(pk=position(HEAD).pk).update(valid_to=today() - dt.timedelta(days=1))
    with pytest.raises(Refused, match="không còn giữ chức vụ Giám đốc"):
        issue(slip, CLERK, "9/PTĐ-SCT")
    assert state(walk) == "submitted"
    slip = do(slip, CLERK, "return", comment="Người ký đã chuyển công tác")
    assert (slip.state, slip.signed_by) == (SlipState.RETURNED, None)


def test_what_waits_for_a_signer_who_was_replaced_lies_on_the_new_heads_desk() -> None:
    walk = draft()
    sent(walk)
    old = position(CENTRE_HEAD)
    Position.objects.filter(pk=old.pk).update(valid_to=today() - dt.timedelta(days=1))
    new = Position.objects.create(
        organisation=old.organisation,
        kind=PositionKind.DIRECTOR,
        title="Giám đốc",
        person=position("centre.deputy.hai-phong").person,
        valid_from=today(),
    )
    with acting_as(new):
        assert [task.label for task in expected(new, today())] == ["Ký văn bản: Gửi hồ sơ đến Sở"]


def test_a_deputy_whose_assignment_ended_between_signing_and_number_stops_the_paper() -> None:
    rule = make_rule(position(DEPUTY))
    walk = draft(LOCAL)
    submitted(walk)
    slip = do(appraised(walk, DEPUTY), DEPUTY, "sign")
    rule.valid_to = today() - dt.timedelta(days=1)
    rule.save()
    with pytest.raises(Refused, match="chưa có văn bản phân công ký thay"):
        issue(slip, CLERK, "9/PTĐ-SCT")
    assert (state(walk), events(walk, "appraise_department")) == ("submitted", [])


def test_a_deputy_without_an_assignment_is_no_signer() -> None:
    walk = draft(LOCAL)
    submitted(walk)
    with pytest.raises(Forbidden, match="chọn lại người ký"):
        appraised(walk, DEPUTY)


@pytest.mark.parametrize(
    "account",
    ["centre.head.hai-phong", "dept.accountant.hai-phong", "dept2.hai-phong", CLERK, "finance.hai-phong"],
)
def test_who_does_not_hold_the_signature_neither_signs_nor_returns(account: str) -> None:
    walk = draft(LOCAL)
    submitted(walk)
    slip = appraised(walk)
    for what in ("sign", "return", "endorse", "withdraw"):
        with pytest.raises(Refused):
            do(slip, account, what, comment="không")
    with acting_as(position(OFFICER)):
        assert Slip.objects.get(pk=slip.pk).state == SlipState.SIGNING


def test_another_province_does_not_see_the_slip_and_presents_nothing_here() -> None:
    walk = draft(LOCAL)
    submitted(walk)
    appraised(walk)
    with acting_as(position("dept.hai-phong")):
        there = matter(walk, "appraise_department")
        typed = written(walk, OFFICER, "appraise_department", **APPRAISAL)
    stranger = position("dept.thai-nguyen")
    with acting_as(stranger):
        assert Slip.objects.count() == 0
        with pytest.raises(Forbidden):
            present_slip(there, typed, by=stranger, signer=position("dept.head.thai-nguyen"))
    with acting_as(position("agency.head")):
        assert Slip.objects.count() == 0


def test_the_day_of_the_paper_is_asked_as_that_of_every_act() -> None:
    walk = draft()
    slip = sent(walk)
    with pytest.raises(Refused, match="ở tương lai"):
        issue(slip, CENTRE_HEAD, "12/CV-TTKC", today() + dt.timedelta(days=1))
    with acting_as(position(CENTRE)):
        assert Paper.objects.count() == 0


def test_a_clerk_numbers_nothing_that_is_not_signed() -> None:
    walk = draft(LOCAL)
    submitted(walk)
    slip = appraised(walk)
    with pytest.raises(Refused):
        issue(slip, CLERK, "9/PTĐ-SCT")


# -- in whose name -----------------------------------------------------------------------------------------


def stop_asked() -> Walk:
    """A local file whose stop the deputy of the department confirmed, so that its director may decide by authority."""
    walk = funded(LOCAL)
    make_rule(position(DEPUTY))
    walk.scene.people[HEAD] = position(DEPUTY)
    walk.ask_change("STOP", "Cơ sở ngừng hoạt động.").confirm_change()
    walk.scene.people[HEAD] = position(HEAD)
    return walk


def test_by_authority_the_paper_is_the_committees_and_its_clerk_numbers_it() -> None:
    walk = stop_asked()
    committee, department = organisation_on("ubnd-hai-phong"), organisation_on("so-cong-thuong-hai-phong")
    with pytest.raises(Forbidden):
        present(walk, OFFICER, "stop", HEAD, comment="Theo đề nghị")
    authorise(committee, department, "stop")
    clerk = clerk_of(committee)
    slip = do(present(walk, OFFICER, "stop", HEAD, comment="Theo đề nghị"), HEAD, "sign")
    assert (slip.state, slip.issuer, tasks(CLERK)) == (SlipState.SIGNED, committee, [])
    with acting_as(clerk):
        assert [task.label for task in expected(clerk, today())] == [
            "Ghi số, ngày và ban hành: Ngừng thực hiện"
        ]
        issue_slip(
            slip,
            read_again(slip),
            number="30/QĐ-UBND",
            dated=today(),
            by=clerk,
            expected_state="signed",
        )
    (event,) = events(walk, "stop")
    paper = paper_of(event)
    assert (event.manner, paper.issuer, paper.signer, paper.recorded_by) == (
        "TUQ",
        committee,
        position(HEAD),
        clerk,
    )
    assert paper.signed_as == ["TUQ. CHỦ TỊCH", "GIÁM ĐỐC SỞ CÔNG THƯƠNG"]
    assert state(walk) == "stopped"


def test_an_authority_that_ended_between_signing_and_number_stops_the_paper() -> None:
    walk = stop_asked()
    given = authorise(organisation_on("ubnd-hai-phong"), organisation_on("so-cong-thuong-hai-phong"), "stop")
    slip = present(walk, OFFICER, "stop", HEAD, comment="Theo đề nghị")
    given.valid_to = today() - dt.timedelta(days=1)
    given.save()
    with pytest.raises(Refused):
        issue(slip, HEAD, "31/QĐ-UBND")
    assert (state(walk), events(walk, "stop")) == ("funded", [])


def test_a_unit_signs_by_order_what_the_table_and_its_rule_give_it() -> None:
    walk = draft(LOCAL)
    submitted(walk)
    issue(do(appraised(walk), HEAD, "sign"), CLERK, "1/PTĐ-SCT")
    inputs: dict[str, Any] = {"method": "TENDER", "comment": "Giá trị lớn, có nhiều nhà thầu."}
    OrderedAct.objects.create(action="choose_selection_method", paper="DECISION")
    make_rule(position(DIVISION), manner="TL", papers=["DECISION"])
    slip = do(present(walk, OFFICER, "choose_selection_method", DIVISION, **inputs), DIVISION, "sign")
    issue(slip, CLERK, "2/QĐ-SCT")
    (event,) = events(walk, "choose_selection_method")
    assert (event.manner, paper_of(event).signed_as) == ("TL", ["TL. GIÁM ĐỐC", "TRƯỞNG PHÒNG"])


# -- at the same moment ------------------------------------------------------------------------------------


def test_of_two_who_answer_at_once_one_wins(committed_db: None) -> None:
    walk = draft(LOCAL)
    submitted(walk)
    slip = appraised(walk)
    outcomes = at_once(
        lambda: do(slip, HEAD, "sign", expected_state="signing"),
        lambda: do(slip, OFFICER, "withdraw", expected_state="signing"),
    )
    assert sorted(outcomes, key=str) == sorted([None, Stale], key=str)
    with acting_as(position(OFFICER)):
        assert len(steps_of(Slip.objects.get())) == 2


def test_one_number_given_to_two_papers_at_once_stays_with_one(committed_db: None) -> None:
    walks = [draft(LOCAL), draft(LOCAL)]
    slips = []
    for walk in walks:
        submitted(walk)
        slips.append(do(appraised(walk), HEAD, "sign"))
    outcomes = at_once(
        lambda: issue(slips[0], CLERK, "7/PTĐ-SCT"), lambda: issue(slips[1], CLERK, "7/PTĐ-SCT")
    )
    assert sorted(outcomes, key=str) == sorted([None, Refused], key=str)
    assert sorted(state(walk) for walk in walks) == ["appraised_department", "submitted"]


def test_the_head_in_one_form_and_the_clerk_at_once_do_it_once(committed_db: None) -> None:
    walk = draft()
    slip = sent(walk)
    by = position(CENTRE_HEAD)

    def directly() -> None:
        with acting_as(by):
            act(
                walk.now(),
                "submit",
                by=by,
                expected_state="draft",
                seen=0,
                paper=PaperData("4/CV-TTKC", today()),
            )

    outcomes = at_once(directly, lambda: issue(slip, CENTRE_HEAD, "5/CV-TTKC"))
    assert len([outcome for outcome in outcomes if outcome is None]) == 1
    assert len(events(walk, "submit")) == 1


def test_two_officers_who_present_the_same_act_at_once_make_one_slip(committed_db: None) -> None:
    walk = draft(LOCAL)
    submitted(walk)
    outcomes = at_once(
        lambda: appraised(walk),
        lambda: present(walk, "dept2.hai-phong", "appraise_department", HEAD, **APPRAISAL),
    )
    assert sorted(outcomes, key=str) == sorted([None, Stale], key=str)
    with acting_as(position(OFFICER)):
        assert Slip.objects.count() == 1


# -- beyond one province -----------------------------------------------------------------------------------


def test_a_regional_centre_sends_straight_to_the_agency_by_a_slip_of_its_own() -> None:
    walk = direct_draft("regional.1", "regional.head.1", "hai-phong")
    slip = present(walk, "regional.1", "submit", "regional.head.1", comment="")
    for stranger in (CENTRE_HEAD, HEAD, "agency.head"):
        with acting_as(position(stranger)):
            assert Slip.objects.count() == 0
    issue(slip, "regional.head.1", "3/BC-TTV1")
    with acting_as(position("regional.1")):
        assert walk.now().state == "registered"


def test_the_agency_contracts_by_a_slip_that_the_province_does_not_see() -> None:
    walk = funded(NATIONAL)
    inputs: dict[str, Any] = {
        "amount": "300.000.000",
        "starts_on": short_date(today()),
        "ends_on": f"30/11/{walk.year.year}",
        "signed_b": "Phạm Thị Đào, Giám đốc",
        "accepting_body": position(HEAD).organisation_id,
        "comment": "",
    }
    slip = present(walk, "agency.officer", "contract", "agency.head", **inputs)
    assert ["Đơn vị nghiệm thu cơ sở", "Sở Công Thương thành phố Hải Phòng"] in slip.shown
    with acting_as(position(HEAD)):
        assert Slip.objects.count() == 0
    issue(slip, "agency.head", "9/HĐ-ĐCK")
    assert state(walk) == "contracted"
    (event,) = events(walk, "contract")
    assert (event.position, paper_of(event).issuer) == (
        position("agency.head"),
        position("agency.head").organisation,
    )


def test_a_slip_of_somebody_who_left_is_named_in_the_minutes_and_lies_with_his_colleagues() -> None:
    walk = draft(LOCAL)
    submitted(walk)
    slip = do(appraised(walk), HEAD, "return", comment="Ghi rõ căn cứ")
    assert tasks("dept2.hai-phong") == []
    row = give()
    assert [item["label"] for item in row.items if item["kind"] == "slip"] == [
        f"Thẩm định cấp cơ sở, {slip.code} (Trả lại người soạn)"
    ]
    assert tasks("dept2.hai-phong") == ["Sửa, trình lại: Thẩm định cấp cơ sở"]
    again = present(walk, "dept2.hai-phong", "appraise_department", HEAD, slip=slip, **APPRAISAL)
    assert (again.pk, again.prepared_by) == (slip.pk, position("dept2.hai-phong"))


def test_an_appraisal_of_somebody_who_left_is_not_signed_until_a_colleague_makes_it_his_own() -> None:
    walk = draft(LOCAL)
    submitted(walk)
    slip = appraised(walk)
    Position.objects.filter(pk=position(OFFICER).pk).update(valid_to=today() - dt.timedelta(days=1))
    assert (tasks(HEAD), tasks("dept2.hai-phong")) == ([], ["Xem lại phiếu trình: Thẩm định cấp cơ sở"])
    with pytest.raises(Refused, match="việc này mang tên người soạn"):
        do(slip, HEAD, "sign")
    slip = present(walk, "dept2.hai-phong", "appraise_department", HEAD, slip=slip, **APPRAISAL)
    issue(do(slip, HEAD, "sign"), CLERK, "8/PTĐ-SCT")
    with acting_as(position(HEAD)):
        event = Event.objects.get(project_year=walk.year, action="appraise_department")
    assert event.position == position("dept2.hai-phong")
