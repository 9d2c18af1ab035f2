"""Tender or selection, and the result before the contract (T36 articles 3, 20.2, 21.2c); types paid after acceptance
(13.3, 15.1)."""

from __future__ import annotations

import pytest

from accounts.tenancy import acting_as
from khuyencong.demonstration.walk import Walk
from khuyencong.lib.dates import short_date, today
from khuyencong.lib.workflow import NeedsReason
from projects.models import Project, Stage, TenderResult
from projects.tasks import tasks_of
from tests.projects.books import refused, state
from tests.projects.walks import (
    LOCAL,
    NATIONAL,
    approved,
    assign,
    attach_missing,
    decide,
    draft,
    in_progress,
    next_day,
)

pytestmark = pytest.mark.django_db

M = 1_000_000
BOTH = pytest.mark.parametrize("programme", [NATIONAL, LOCAL])


def funded_of(programme: str, activity: str) -> Walk:
    walk = draft(programme, activity=activity)
    approved(walk)
    if programme == LOCAL:
        decide("appraise_allocation", walk)
    assign(programme=programme)
    decide("allocate", walk)
    next_day(walk)
    return walk


def contract(walk: Walk, amount: int) -> None:
    """The contract alone: ``Walk.contract`` would record a result before it."""
    walk.act(
        walk.party_a,
        "contract",
        paper=walk.paper(f"HĐ-{walk.series_a}", walk.party_a),
        amount=amount,
        signed_b="Ông A, Giám đốc",
        starts_on=walk.day,
        ends_on=walk.day,
        accepting_body=walk.who("dept").organisation,
    )


def choose(walk: Walk, method: str, comment: str = "Quy mô lớn") -> None:
    walk.act(
        walk.party_a,
        "choose_selection_method",
        paper=walk.paper("QĐ-CCĐV", walk.party_a),
        method=method,
        comment=comment,
    )


@BOTH
def test_what_must_be_tendered_is_contracted_on_the_result(programme: str) -> None:
    walk = funded_of(programme, "T20")
    waits = "Đề án phải đấu thầu mà chưa ghi quyết định phê duyệt kết quả lựa chọn nhà thầu."
    with refused(walk, waits):
        contract(walk, 300 * M)
    walk.tender(290 * M)
    above = "Giá trị hợp đồng 300.000.000 đồng vượt giá trúng thầu 290.000.000 đồng."
    with refused(walk, above, "Nếu vẫn thực hiện, hãy ghi rõ lý do.", by=NeedsReason):
        contract(walk, 300 * M)
    contract(walk, 290 * M)
    assert state(walk) == "contracted"


@BOTH
def test_a_later_result_takes_the_place_of_the_first_and_says_why(programme: str) -> None:
    walk = funded_of(programme, "T20")
    walk.tender(290 * M)
    next_day(walk)
    with acting_as(walk.who("dept")):
        first = TenderResult.objects.get(project_year=walk.year)
    sentence = (
        f"Đã ghi kết quả theo quyết định số {first.decision_number} ngày {short_date(first.decided_on)}: "
        "kết quả ghi sau thay thế kết quả trước."
    )
    with refused(walk, sentence, "Nếu vẫn thực hiện, hãy ghi rõ lý do.", by=NeedsReason):
        walk.tender(280 * M)


def test_a_selected_project_has_no_tender() -> None:
    walk = funded_of(NATIONAL, "T10")
    with refused(walk, "Đề án này thực hiện theo phương thức xét chọn."):
        walk.tender(290 * M)


@BOTH
def test_a_result_has_a_price_and_a_day_that_has_come(programme: str) -> None:
    walk = funded_of(programme, "T20")
    with refused(walk, "Giá trúng thầu phải lớn hơn 0."):
        walk.tender(0)
    result = {"decision_number": "1/QĐ", "decided_by": "UBND", "bidder": "Công ty A", "price": 1}
    late = today()
    with refused(walk, f"Ngày quyết định {short_date(late)} sau ngày ghi {short_date(walk.day)}."):
        walk.act("dept", "record_tender_result", decided_on=late, **result)


@BOTH
def test_the_head_of_party_a_chooses_tender_for_a_project_and_goes_back_to_its_type(programme: str) -> None:
    walk = funded_of(programme, "T10")
    with refused(walk, "Đề án đang áp dụng “xét chọn”."):
        choose(walk, "SELECTION")
    with refused(walk, "Việc này cần ghi lý do."):
        choose(walk, "TENDER", comment="")
    choose(walk, "TENDER")
    with refused(walk, "Đề án phải đấu thầu mà chưa ghi quyết định phê duyệt kết quả lựa chọn nhà thầu."):
        contract(walk, 300 * M)
    with acting_as(walk.who("dept")):
        assert Project.objects.get(pk=walk.year.project_id).selection_method == "TENDER"
    choose(walk, "SELECTION")
    contract(walk, 300 * M)
    assert state(walk) == "contracted"


@BOTH
def test_the_department_is_expected_to_record_the_result_once(programme: str) -> None:
    walk = funded_of(programme, "T20")

    def expected() -> list[str]:
        by = walk.who("dept")
        with acting_as(by):
            return [task.action.name for task in tasks_of(by, today())]

    assert "record_tender_result" in expected()
    walk.tender(290 * M)
    assert "record_tender_result" not in expected()


@BOTH
def test_founding_an_enterprise_is_paid_whole_after_acceptance_on_5b_with_its_registration(
    programme: str,
) -> None:
    walk = draft(programme, activity="T5", support=20 * M, counterpart=0)
    in_progress(walk)
    next_day(walk)
    walk.progress(50, 10 * M)
    early = (
        "Loại hoạt động này chỉ được tạm ứng sau khi nghiệm thu (Thông tư 36/2013/TT-BCT, điều 13.3, 15.1)."
    )
    registration = (
        "Đề nghị tạm ứng còn thiếu: Bản sao hợp lệ giấy chứng nhận đăng ký kinh doanh (đăng ký doanh nghiệp)."
    )
    with refused(walk, early, registration, "Phần còn lại chỉ tạm ứng sau khi nghiệm thu."):
        walk.ask_advance(20 * M)
    with refused(walk, "Loại hoạt động này nghiệm thu theo Mẫu 5b, làm căn cứ tạm ứng."):
        walk.accept(form="5a")
    walk.accept(form="5b")
    next_day(walk)
    with refused(walk, registration):
        walk.ask_advance(20 * M)
    attach_missing(walk, Stage.ADVANCE)
    walk.ask_advance(20 * M).advance(20 * M)


def test_loan_interest_is_advanced_after_relocation_with_the_vouchers_of_two_years() -> None:
    walk = draft(NATIONAL, activity="T27")
    in_progress(walk)
    next_day(walk)
    walk.progress(100, 700 * M)
    walk.accept(form="5a")
    next_day(walk)
    with refused(
        walk,
        "Đề nghị tạm ứng còn thiếu: Bản sao hợp lệ hợp đồng tín dụng vay vốn đầu tư; Chứng từ đã trả lãi vốn vay cho "
        "ngân hàng trong hai năm đầu; Bản sao hợp lệ hợp đồng, thanh lý hợp đồng với nhà thầu xây dựng, mua máy móc "
        "thiết bị.",
    ):
        walk.ask_advance(300 * M)
    attach_missing(walk, Stage.ADVANCE)
    walk.ask_advance(300 * M).advance(300 * M)
