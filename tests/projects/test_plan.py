"""Acts on lists: registration, opinion, plan, decision, money (../shared/domain/chain.md §3.1, §3.3, §3.4)."""

from __future__ import annotations

import pytest

from accounts.tenancy import acting_as
from khuyencong.demonstration.walk import Walk, same
from khuyencong.lib.workflow import NeedsReason, Stale
from projects.models import ProjectYear
from projects.services.lists import Line, act_on_list
from projects.services.registration import IntendedProject, preregister
from tests.cast import position
from tests.projects.books import books, file_of, last_event, refused, source, state, sums
from tests.projects.walks import (
    LOCAL,
    NATIONAL,
    appraised,
    approved,
    assign,
    confirm_norm,
    decide,
    draft,
    fundable,
    next_day,
    open_round,
    ready_to_propose,
    submitted,
)

pytestmark = pytest.mark.django_db

M = 1_000_000
BOTH = pytest.mark.parametrize("programme", [NATIONAL, LOCAL])


def code(walk: Walk) -> str:
    return str(walk.year.project.code)


# -- registration with the agency ---------------------------------------------------------------------------


def test_a_registered_file_is_booked_and_the_nation_sees_it() -> None:
    walk = draft(NATIONAL)
    submitted(walk)
    walk.appraise(280 * M)
    with acting_as(position("agency.officer")):
        assert not ProjectYear.objects.filter(pk=walk.year.pk).exists()
    with books(walk, ("registered", NATIONAL, 280 * M)):
        decide("register", walk)
    with acting_as(position("agency.officer")):
        seen = ProjectYear.objects.get(pk=walk.year.pk)
    assert (seen.state, seen.sent_to_nation, seen.nation_writes) == ("registered", True, True)


def test_a_file_left_out_of_the_list_stays_where_it_is_and_needs_a_reason() -> None:
    first, second = draft(NATIONAL), draft(NATIONAL)
    second.scene = first.scene
    appraised(first, second)
    with refused(second, f"{code(second)}: Kết luận khác mặc định cần ghi lý do.", by=NeedsReason):
        decide("register", first, second, lines=[*same(first), (second, "EXCLUDE", None, " ")])
    assert state(first) == "appraised_department"  # all lines or none
    with books(second):
        decide("register", first, second, lines=[*same(first), (second, "EXCLUDE", None, "Chờ đợt sau.")])
    assert (state(first), state(second)) == ("registered", "appraised_department")
    assert not file_of(second).sent_to_nation


def test_what_the_department_does_not_recommend_is_not_registered() -> None:
    walk = draft(NATIONAL)
    submitted(walk)
    walk.appraise(0, opinion="NOT_RECOMMENDED")
    sentence = "Phiếu thẩm định cấp cơ sở kết luận không đề nghị hỗ trợ, nên hồ sơ này không đưa tiếp được."
    with refused(walk, f"{code(walk)}: {sentence}"):
        decide("register", walk)


def test_a_file_is_registered_when_the_report_of_registration_names_it_or_with_a_reason() -> None:
    named, other = draft(NATIONAL), draft(NATIONAL)
    other.scene = named.scene
    appraised(named, other)
    head = position("dept.head.hai-phong")
    with acting_as(head):
        line = IntendedProject(named.year.project.title, "PROJECT", head.organisation, 300 * M)
        preregister(open_round(), [line], by=head, paper=named.paper("BC-SCT", "dept.head"))
    decide("register", named, comment="")
    assert state(named) == "registered"
    sentences = (
        f"{code(other)}: Đề án không có trong danh mục đăng ký mà Sở Công Thương đã gửi Cục.",
        f"{code(other)}: Nếu vẫn thực hiện, hãy ghi rõ lý do.",
    )
    with refused(other, *sentences, by=NeedsReason):
        decide("register", other, comment="")
    decide("register", other, comment="Phát sinh sau khi gửi danh mục.")
    assert state(other) == "registered"


def test_a_return_by_the_agency_voids_appraisal_and_registration_and_goes_through_the_department_again() -> (
    None
):
    walk = draft(NATIONAL)
    appraised(walk)
    decide("register", walk)
    next_day(walk)
    with books(walk, ("registered", NATIONAL, -300 * M), ("appraised_department", NATIONAL, -300 * M)):
        walk.send_back("agency.officer", ("file", "", "effects", "Thiếu số liệu."))
    assert (state(walk), file_of(walk).sent_to_nation) == ("returned", True)
    next_day(walk)
    walk.submit("Đã giải trình, không sửa.")
    assert (state(walk), file_of(walk).submission) == ("submitted", 2)
    next_day(walk)
    walk.appraise(260 * M)
    decide("register", walk)
    assert (state(walk), sums(walk).registered, sums(walk).appraised_department) == (
        "registered", 260 * M, 260 * M,
    )  # fmt: skip


def test_an_appraisal_of_an_earlier_submission_counts_no_more() -> None:
    walk = draft(NATIONAL)
    appraised(walk)
    decide("register", walk)
    next_day(walk)
    walk.send_back("agency.officer", ("file", "", "effects", "Thiếu số liệu."))
    next_day(walk)
    walk.submit("Đã giải trình, không sửa.")
    next_day(walk)
    walk.appraise(0, opinion="NOT_RECOMMENDED")
    sentence = "Phiếu thẩm định cấp cơ sở kết luận không đề nghị hỗ trợ, nên hồ sơ này không đưa tiếp được."
    with refused(walk, f"{code(walk)}: {sentence}"):
        decide("register", walk)


# -- the finance department's opinion --------------------------------------------------------------------------


def test_a_local_list_waits_for_the_finance_departments_opinion() -> None:
    walk = draft(LOCAL)
    appraised(walk)
    sentence = "Sở Tài chính chưa cho ý kiến về hồ sơ này (quy định của tỉnh yêu cầu ý kiến trước khi trình)."
    with refused(walk, f"{code(walk)}: {sentence}"):
        decide("propose", walk)
    with books(walk):
        decide("give_opinion", walk, lines=[(walk, "DISAGREE", None, "Chưa cân đối được nguồn.")])
    assert (state(walk), last_event(walk).verdict) == ("appraised_department", "DISAGREE")
    decide("propose", walk)  # an opinion, not a consent
    assert state(walk) == "proposed"


def test_an_opinion_is_given_once_for_each_appraisal() -> None:
    walk = draft(LOCAL)
    ready_to_propose(walk)
    given = f"{code(walk)}: Sở Tài chính đã cho ý kiến, hoặc quy định của tỉnh không yêu cầu."
    with refused(walk, given):
        decide("give_opinion", walk)
    walk.act("dept.head", "return", comment="Thẩm định lại.")
    next_day(walk)
    walk.appraise(200 * M)
    sentence = "Sở Tài chính chưa cho ý kiến về hồ sơ này (quy định của tỉnh yêu cầu ý kiến trước khi trình)."
    with refused(walk, f"{code(walk)}: {sentence}"):
        decide("propose", walk)


# -- the submission of the plan ---------------------------------------------------------------------------------


@BOTH
def test_a_proposed_list_includes_defers_and_rejects(programme: str) -> None:
    first = draft(programme)
    second, third = draft(programme, scene=first.scene), draft(programme, scene=first.scene)
    ready_to_propose(first, second, third)
    before = state(second)
    decide(
        "propose", first, second, third,
        lines=[*same(first), (second, "DEFER", None, "Để đợt sau."), (third, "REJECT", None, "Trùng lặp.")],
    )  # fmt: skip
    assert [state(walk) for walk in (first, second, third)] == ["proposed", before, "not_selected"]


@BOTH
def test_a_plan_above_the_money_needs_a_reason(programme: str) -> None:
    walk = draft(programme)
    ready_to_propose(walk)
    assign(299 * M, programme)
    sentences = (
        "Tổng kinh phí trình và đã duyệt 300.000.000 đồng vượt số dự kiến, được giao 299.000.000 đồng.",
        "Nếu vẫn trình, hãy ghi rõ lý do.",
    )
    with refused(walk, *sentences, by=NeedsReason):
        decide("propose", walk, comment="")
    assign(M, programme)
    decide("propose", walk, comment="")
    assert state(walk) == "proposed"


def test_a_local_list_includes_only_what_is_recommended() -> None:
    walk = draft(LOCAL)
    submitted(walk)
    walk.appraise(0, opinion="NOT_RECOMMENDED")
    decide("give_opinion", walk)
    sentence = "Phiếu thẩm định không đề nghị hỗ trợ: hồ sơ này chỉ được “Không chọn” hoặc “Để đợt sau”."
    with refused(walk, f"{code(walk)}: {sentence}"):
        decide("propose", walk)
    decide("propose", walk, lines=[(walk, "REJECT", None, "Không đề nghị.")])
    assert state(walk) == "not_selected"


@BOTH
def test_a_plan_is_returned_with_a_reason_and_proposed_anew(programme: str) -> None:
    walk = draft(programme)
    ready_to_propose(walk)
    before = state(walk)
    decide("propose", walk)
    account = "ministry.leader" if programme == NATIONAL else "committee"

    def give_back(comment: str) -> None:
        walk.scene.decide("return_plan", account, "", walk.day, same(walk), slug=walk.slug, comment=comment)

    with refused(walk, f"{code(walk)}: Việc này cần ghi lý do."):
        give_back("")
    with books(walk):
        give_back("Tờ trình thiếu biểu tổng hợp.")
    assert (state(walk), last_event(walk).comment) == (before, "Tờ trình thiếu biểu tổng hợp.")
    decide("propose", walk)
    assert state(walk) == "proposed"


# -- approval -----------------------------------------------------------------------------------------------


@BOTH
def test_an_approved_file_is_booked_with_its_counterpart(programme: str) -> None:
    walk = draft(programme)
    ready_to_propose(walk)
    decide("propose", walk)
    with books(walk, ("approved", source(walk), 300 * M), ("approved", "COUNTERPART", 420 * M)):
        decision = decide("approve", walk)
    file, event = file_of(walk), last_event(walk)
    assert (file.state, file.support, event.verdict) == ("approved", 300 * M, "APPROVE")
    assert event.paper is not None and event.paper.kind == "DECISION"
    with acting_as(walk.who("dept")):
        assert list(decision.lines.values_list("project_year", "verdict", "amount")) == [
            (file.pk, "APPROVE", 300 * M)
        ]


@BOTH
def test_what_the_last_appraisal_lowered_is_what_is_approved(programme: str) -> None:
    walk = draft(programme)
    submitted(walk)
    walk.appraise(280 * M)
    if programme == NATIONAL:
        decide("register", walk)
        next_day(walk)
        walk.appraise(270 * M, account="agency.officer")
    else:
        decide("give_opinion", walk)
    decide("propose", walk)
    decide("approve", walk)
    assert sums(walk).planned == (270 * M if programme == NATIONAL else 280 * M)


@BOTH
def test_an_amended_amount_lowers_the_shares_of_the_beneficiaries_in_proportion(programme: str) -> None:
    walk = draft(programme, shares=3)
    ready_to_propose(walk)
    decide("propose", walk)
    with refused(walk, f"{code(walk)}: Kết luận khác mặc định cần ghi lý do.", by=NeedsReason):
        decide("approve", walk, lines=[(walk, "AMEND", 200 * M, "")])
    sentence = "Mức phê duyệt phải lớn hơn 0; nếu không hỗ trợ, hãy chọn “Không chọn”."
    with refused(walk, f"{code(walk)}: {sentence}"):
        decide("approve", walk, lines=[(walk, "AMEND", 0, "Giảm.")])
    sentence = (
        "Mức phê duyệt 300.000.001 đồng vượt mức đề nghị 300.000.000 đồng. Hãy ghi mức không quá mức đề nghị."
    )
    with refused(walk, f"{code(walk)}: {sentence}"):
        decide("approve", walk, lines=[(walk, "AMEND", 300 * M + 1, "Tăng.")])
    with books(walk, ("approved", source(walk), 200 * M), ("approved", "COUNTERPART", 420 * M)):
        decide("approve", walk, lines=[(walk, "AMEND", 200 * M, "Giảm theo dự toán.")])
    with acting_as(walk.who("dept")):
        shares = list(walk.now().shares.order_by("pk").values_list("support", "state"))
    assert shares == [(66_666_667, "confirmed"), (66_666_667, "confirmed"), (66_666_666, "confirmed")]
    assert file_of(walk).support == 200 * M


@BOTH
def test_one_decision_approves_one_file_rejects_another_and_defers_the_third(programme: str) -> None:
    first = draft(programme)
    second, third = draft(programme, scene=first.scene), draft(programme, scene=first.scene)
    ready_to_propose(first, second, third)
    before = state(third)
    decide("propose", first, second, third)
    with books(second), books(third):
        decide(
            "approve",
            first,
            second,
            third,
            lines=[
                *same(first),
                (second, "REJECT", None, "Trùng lặp."),
                (third, "DEFER", None, "Để đợt sau."),
            ],
        )
    assert [state(walk) for walk in (first, second, third)] == ["approved", "not_selected", before]
    decide("propose", third)
    assert state(third) == "proposed"


@BOTH
def test_one_line_at_fault_stops_the_whole_decision(programme: str) -> None:
    first = draft(programme)
    second = draft(programme, scene=first.scene)
    ready_to_propose(first, second)
    decide("propose", first, second)
    decide("approve", second)
    sentence = (
        "Hồ sơ đang ở trạng thái “Đã phê duyệt, chờ kinh phí” nên không thực hiện được việc “Phê duyệt kế hoạch”. "
        "Hãy tải lại trang để xem tình trạng mới nhất."
    )
    with refused(second, f"{code(second)}: {sentence}", by=Stale):
        decide("approve", first, second)
    assert state(first) == "proposed"


@BOTH
def test_a_confirmed_norm_blocks_at_approval_unless_a_priority_ground_is_recorded(programme: str) -> None:
    walk = draft(programme, activity="T8", support=140 * M)
    ready_to_propose(walk)
    decide("propose", walk)
    confirm_norm("T8")
    sentence = "Mức 140.000.000 đồng vượt định mức đã xác nhận 100.000.000 đồng mà chưa ghi căn cứ ưu tiên."
    with refused(walk, f"{code(walk)}: {sentence}"):
        decide("approve", walk)
    with acting_as(walk.who("centre")):
        ProjectYear.objects.filter(pk=walk.year.pk).update(priority_ground="Cơ sở ở xã đặc biệt khó khăn.")
    decide("approve", walk)
    assert sums(walk).planned == 140 * M


# -- allocation ----------------------------------------------------------------------------------------------


def test_local_money_waits_for_the_finance_departments_appraisal_of_the_allocation() -> None:
    walk = draft(LOCAL)
    approved(walk)
    assign(programme=LOCAL)
    sentence = f"{code(walk)}: Sở Tài chính chưa thẩm định phân bổ dự toán, hoặc chưa đồng ý."
    with refused(walk, sentence):
        decide("allocate", walk)
    decide("appraise_allocation", walk, lines=[(walk, "DISAGREE", None, "Chi tiết chưa rõ.")])
    with refused(walk, sentence):
        decide("allocate", walk)
    with books(walk):
        decide("appraise_allocation", walk)
    assert state(walk) == "approved"
    decide("allocate", walk)
    assert state(walk) == "funded"


@BOTH
def test_money_is_given_in_full(programme: str) -> None:
    walk = fundable(programme)
    with books(walk, ("allocated", source(walk), 300 * M)):
        decide("allocate", walk)
    assert state(walk) == "funded"


@BOTH
def test_money_is_given_in_parts_until_all_is_there(programme: str) -> None:
    walk = fundable(programme)
    with refused(walk, f"{code(walk)}: Kết luận khác mặc định cần ghi lý do.", by=NeedsReason):
        decide("allocate", walk, lines=[(walk, "PARTIAL", 100 * M, "")])
    with refused(walk, f"{code(walk)}: Số giao phải lớn hơn 0."):
        decide("allocate", walk, lines=[(walk, "PARTIAL", 0, "Mới được giao một phần.")])
    with books(walk, ("allocated", source(walk), 100 * M)):
        decide("allocate", walk, lines=[(walk, "PARTIAL", 100 * M, "Mới được giao một phần.")])
    with books(walk, ("allocated", source(walk), 200 * M)):
        decide("allocate", walk)
    assert (state(walk), sums(walk).planned, sums(walk).allocated) == ("funded", 300 * M, 300 * M)
    with refused(walk, f"{code(walk)}: Kinh phí theo kế hoạch được duyệt đã giao đủ."):
        decide("allocate", walk)


@BOTH
def test_a_file_without_money_stays_approved(programme: str) -> None:
    walk = fundable(programme)
    with books(walk):
        decide("allocate", walk, lines=[(walk, "NONE", None, "Chưa có dự toán.")])
    assert state(walk) == "approved"


@BOTH
def test_nobody_gives_more_than_was_assigned(programme: str) -> None:
    walk = fundable(programme, assigned=250 * M)
    sentence = (
        "Tổng kinh phí đã giao sẽ là 300.000.000 đồng, vượt dự toán được giao trong năm của nguồn này (250.000.000 "
        "đồng) (Thông tư 36/2013/TT-BCT, Điều 6 khoản 3; Thông tư liên tịch 26/2014, Điều 8 khoản 1). Hãy giảm số "
        "giao, hoặc ghi nhận dự toán bổ sung trước khi giao."
    )
    with refused(walk, f"{code(walk)}: {sentence}"):
        decide("allocate", walk)


@BOTH
def test_nobody_gives_more_than_was_approved(programme: str) -> None:
    walk = fundable(programme)
    sentence = (
        "Kinh phí giao cho đề án sẽ là 301.000.000 đồng, vượt kinh phí được phê duyệt sau điều chỉnh "
        "(300.000.000 đồng) (Thông tư 36/2013/TT-BCT, Điều 11 khoản 2). Hãy giao không quá số được phê duyệt, hoặc "
        "giảm số đã giao trước khi giảm số phê duyệt."
    )
    with refused(walk, f"{code(walk)}: {sentence}"):
        decide("allocate", walk, lines=[(walk, "PARTIAL", 301 * M, "Giao thêm.")])


def test_a_line_takes_no_amount_with_a_verdict_that_has_none() -> None:
    walk = draft(NATIONAL)
    ready_to_propose(walk)
    decide("propose", walk)
    sentence = "Kết luận “Phê duyệt” không kèm số tiền. Hãy bỏ số tiền, hoặc chọn kết luận có số tiền."
    with refused(walk, f"{code(walk)}: {sentence}"):
        decide("approve", walk, lines=[(walk, "APPROVE", 1, "")])


def test_who_decides_a_list_again_hears_that_it_is_done_before_what_it_lacks() -> None:
    walk = draft(NATIONAL)
    ready_to_propose(walk)
    decide("propose", walk)
    leader = walk.who("ministry.leader")
    paper = walk.paper("QĐ-BCT", "ministry.leader")
    decide("approve", walk)
    with acting_as(leader), pytest.raises(Stale):
        line = Line(walk.now(), "REJECT", expected_state="proposed")
        act_on_list("approve", [line], by=leader, paper=paper)
