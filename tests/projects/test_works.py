"""Contract, progress, advance, inspection: rows of ../shared/domain/chain.md §3.1 and §3.4."""

from __future__ import annotations

import datetime as dt

import pytest

from accounts.tenancy import acting_as
from khuyencong.demonstration.walk import Walk
from khuyencong.lib.dates import short_date
from khuyencong.lib.workflow import NeedsReason
from projects.models import Contract, ContractItem, Inspection, ProgressReport
from projects.queries import returned_reports, standing_reports
from projects.services.acts import resolve_finding
from tests.cast import position
from tests.projects.books import books, last_event, refused, source, state, sums
from tests.projects.walks import (
    LOCAL,
    NATIONAL,
    approved,
    assign,
    at_work,
    decide,
    draft,
    funded,
    next_day,
    reported,
)

pytestmark = pytest.mark.django_db

M = 1_000_000
BOTH = pytest.mark.parametrize("programme", [NATIONAL, LOCAL])


def next_24th(day: dt.date) -> dt.date:
    month = day if day.day <= 24 else day.replace(day=28) + dt.timedelta(days=7)
    return month.replace(day=24)


def report(walk: Walk, month: dt.date, percent: int, value: int) -> None:
    walk.act("centre", "report_progress", month=month, percent=percent, value_done=value, done="Đã làm.")


def first_day_of_contract(walk: Walk) -> dt.date:
    with acting_as(walk.who("centre")):
        day: dt.date = walk.now().contract_items.get().contract.starts_on
    return day


# -- contract, task -----------------------------------------------------------------------------------------


@BOTH
def test_a_contract_is_booked_with_its_counterpart(programme: str) -> None:
    walk = funded(programme)
    with books(walk, ("contracted", source(walk), 300 * M), ("contracted", "COUNTERPART", 420 * M)):
        walk.contract(300 * M)
    assert state(walk) == "contracted"
    with acting_as(walk.who("dept")):
        item = ContractItem.objects.select_related("contract").get(project_year=walk.year)
    contract = item.contract
    assert (item.amount, item.counterpart, contract.kind) == (300 * M, 420 * M, "CONTRACT")
    assert contract.party_a == walk.who(walk.party_a).organisation
    assert contract.party_b == walk.who("centre").organisation


@BOTH
def test_a_contract_stays_within_the_money_given(programme: str) -> None:
    walk = funded(programme, 200 * M)
    with refused(walk, "Giá trị hợp đồng vượt kinh phí được giao (200.000.000 đồng)."):
        walk.contract(200 * M + 1)
    with refused(walk, "Số tiền phải lớn hơn 0."):
        walk.contract(0)
    with refused(walk, "Ngày kết thúc hợp đồng phải sau ngày bắt đầu."):
        walk.contract(200 * M, days=-1)


@BOTH
def test_a_contract_is_in_force_from_its_signing_at_the_earliest(programme: str) -> None:
    walk = funded(programme)
    before = walk.day - dt.timedelta(days=1)
    sentence = f"Ngày có hiệu lực {short_date(before)} trước ngày ký {short_date(walk.day)}."
    with refused(walk, sentence):
        walk.contract(300 * M, starts_on=before)


@BOTH
def test_a_contract_beyond_the_plan_year_asks_for_a_reason(programme: str) -> None:
    walk = funded(programme)
    sentence = "Hợp đồng kết thúc ngày 01/01/2028, sau năm kế hoạch 2027."
    with refused(walk, sentence, "Nếu vẫn thực hiện, hãy ghi rõ lý do.", by=NeedsReason):
        walk.contract(300 * M, ends_on=dt.date(2028, 1, 1))


def test_a_contract_names_the_department_of_the_place_or_the_agency_to_accept() -> None:
    walk = funded(NATIONAL)
    elsewhere = position("dept.thai-nguyen").organisation
    with refused(walk, "Đơn vị nghiệm thu phải là Sở Công Thương nơi thực hiện hoặc Cục."):
        walk.contract(300 * M, accepting_body=elsewhere)
    walk.contract(300 * M, accepting_body=position("agency.head").organisation)
    local = funded(LOCAL)
    with refused(local, "Đơn vị nghiệm thu phải là Sở Công Thương nơi thực hiện."):
        local.contract(300 * M, accepting_body=position("agency.head").organisation)


def test_a_local_task_is_assigned_by_a_decision() -> None:
    walk = funded(LOCAL)
    with books(walk, ("contracted", LOCAL, 300 * M), ("contracted", "COUNTERPART", 420 * M)):
        walk.contract(300 * M, action="assign_task")
    paper = last_event(walk).paper
    assert (state(walk), paper and paper.kind) == ("contracted", "DECISION")
    with acting_as(walk.who("dept")):
        assert Contract.objects.get(items__project_year=walk.year).kind == "TASK"


def test_one_contract_may_hold_several_files() -> None:
    first = draft(NATIONAL)
    second = draft(NATIONAL, scene=first.scene)
    assign()
    approved(first, second)
    decide("allocate", first, second)
    next_day(first, second)
    paper = first.paper("HĐ-ĐCK", "agency.head")
    for walk in (first, second):
        walk.contract(300 * M, paper=paper)
    with acting_as(first.who("dept")):
        assert ContractItem.objects.filter(contract__paper__number=paper.number).count() == 2
        assert Contract.objects.filter(paper__number=paper.number).count() == 1


def test_money_that_comes_after_the_contract_raises_it_by_an_annex() -> None:
    walk = funded(NATIONAL, 200 * M)
    walk.contract(200 * M).start()
    with refused(walk, f"{walk.year}: Đề án đã ký hợp đồng: giao thêm cần ghi số, ngày phụ lục hợp đồng."):
        decide("allocate", walk, comment="")
    with books(walk, ("allocated", NATIONAL, 100 * M), ("contracted", NATIONAL, 100 * M)):
        decide("allocate", walk, comment="Phụ lục 01 ngày 20/11/2026")
    with acting_as(walk.who("dept")):
        assert ContractItem.objects.get(project_year=walk.year).amount == 300 * M
    assert (state(walk), sums(walk).contracted) == ("in_progress", 300 * M)


# -- start, progress -------------------------------------------------------------------------------------------


@BOTH
def test_work_begins_when_the_contract_is_in_force(programme: str) -> None:
    walk = funded(programme)
    begins = walk.day + dt.timedelta(days=3)
    walk.contract(300 * M, starts_on=begins)
    next_day(walk)
    with refused(walk, f"Hợp đồng có hiệu lực từ {short_date(begins)}."):
        walk.start()
    walk.day = begins
    with books(walk):
        walk.act("centre.head", "start")
    assert state(walk) == "in_progress"


@BOTH
@pytest.mark.parametrize("late", [False, True])
def test_a_month_is_reported_once_and_late_from_the_25th(programme: str, late: bool) -> None:
    walk = at_work(programme)
    walk.day = next_24th(walk.day) + dt.timedelta(days=late)
    with books(walk):
        walk.progress(40, 100 * M, confirmed=False)
    with refused(walk, f"Tháng {walk.day:%m/%Y} đã có báo cáo tiến độ."):
        walk.progress(50, 100 * M, confirmed=False)
    with acting_as(walk.who("dept")):
        report = ProgressReport.objects.get(project_year=walk.year)
    assert (report.percent, report.value_done, report.late) == (40, 100 * M, late)
    assert state(walk) == "in_progress"


@BOTH
@pytest.mark.parametrize(("days", "late"), [(-1, True), (0, False), (4, False)])
def test_no_report_is_late_whose_day_came_before_the_contract(programme: str, days: int, late: bool) -> None:
    walk = funded(programme)
    limit = next_24th(walk.day + dt.timedelta(days=1))
    walk.day = limit + dt.timedelta(days=days)
    walk.contract(300 * M)
    walk.day = limit + dt.timedelta(days=5)
    walk.progress(10, 100 * M, confirmed=False)
    with acting_as(walk.who("dept")):
        assert ProgressReport.objects.get(project_year=walk.year).late is late


def test_a_report_written_again_is_late_only_if_it_could_have_come_in_time() -> None:
    walk = at_work(NATIONAL)
    limit = next_24th(walk.day)
    walk.day, month = limit, limit.replace(day=1)
    report(walk, month, 10, 100 * M)
    walk.day = limit + dt.timedelta(days=3)
    walk.act("dept", "return_progress", month=month, comment="Chưa nêu số máy.")
    report(walk, month, 10, 100 * M)
    with acting_as(walk.who("dept")):
        assert [each.late for each in ProgressReport.objects.filter(project_year=walk.year)] == [False, False]


@BOTH
@pytest.mark.parametrize(
    ("percent", "value", "sentence"),
    [
        (101, 0, "Khối lượng hoàn thành tính bằng phần trăm, từ 0 đến 100."),
        (-1, 0, "Khối lượng hoàn thành tính bằng phần trăm, từ 0 đến 100."),
        (50, -1, "Giá trị đã thực hiện không được âm."),
    ],
)
def test_a_report_holds_possible_figures(programme: str, percent: int, value: int, sentence: str) -> None:
    walk = at_work(programme)
    with refused(walk, sentence):
        walk.progress(percent, value)


@BOTH
def test_a_report_is_confirmed_once(programme: str) -> None:
    walk = at_work(programme)
    sentence = "Không có báo cáo tiến độ nào đang chờ xác nhận."
    with refused(walk, sentence):
        walk.act("dept", "confirm_progress")
    walk.progress(40, 100 * M)
    with acting_as(walk.who("dept")):
        report = ProgressReport.objects.select_related("confirmed_by").get(project_year=walk.year)
    assert (report.confirmed_by, report.confirmed_on) == (walk.who("dept"), walk.day)
    with refused(walk, sentence):
        walk.act("dept", "confirm_progress")


# -- advance ---------------------------------------------------------------------------------------------------


@BOTH
def test_a_report_that_goes_back_or_beyond_the_contract_asks_for_a_reason(programme: str) -> None:
    walk = at_work(programme)
    contract = first_day_of_contract(walk)
    with refused(
        walk,
        f"Tháng 01/2019 trước khi hợp đồng có hiệu lực ({short_date(contract)}).",
    ):
        report(walk, dt.date(2019, 1, 1), 10, 1)
    first = contract.replace(day=1)
    report(walk, first, 60, 400 * M)
    month = (first + dt.timedelta(days=31)).replace(day=1)
    walk.day = max(walk.day, month)
    doubts = (
        f"Khối lượng 50% thấp hơn tháng {first:%m/%Y} (60%). "
        f"Giá trị đã thực hiện 300.000.000 đồng thấp hơn tháng {first:%m/%Y} (400.000.000 đồng)."
    )
    with refused(walk, doubts, "Nếu vẫn thực hiện, hãy ghi rõ lý do.", by=NeedsReason):
        report(walk, month, 50, 300 * M)
    doubts = "Giá trị đã thực hiện 720.000.001 đồng vượt hợp đồng và đối ứng (720.000.000 đồng)."
    with refused(walk, doubts, "Nếu vẫn thực hiện, hãy ghi rõ lý do.", by=NeedsReason):
        report(walk, month, 100, 720 * M + 1)


@BOTH
def test_a_report_that_was_given_back_is_written_again(programme: str) -> None:
    walk = at_work(programme)
    month = walk.day.replace(day=1)
    walk.progress(40, 100 * M, confirmed=False)
    with refused(walk, "Việc này cần ghi lý do."):
        walk.act("dept", "return_progress", month=month)
    with refused(walk, "Tháng 01/2019 không có báo cáo đang chờ xác nhận."):
        walk.act("dept", "return_progress", month=dt.date(2019, 1, 1), comment="Sai tháng.")
    walk.act("dept", "return_progress", month=month, comment="Khối lượng cao hơn thực tế.")
    with refused(walk, "Không có báo cáo tiến độ nào đang chờ xác nhận."):
        walk.act("dept", "confirm_progress")
    with acting_as(walk.who("centre")):
        [returned] = returned_reports(walk.now())
    assert (returned.month, returned.percent) == (month, 40)
    assert returned.returned is not None and returned.returned.comment == "Khối lượng cao hơn thực tế."
    walk.progress(30, 80 * M)
    with acting_as(walk.who("centre")):
        assert returned_reports(walk.now()) == []
        assert list(standing_reports(walk.now()).values_list("percent", flat=True)) == [30]


@BOTH
def test_an_advance_that_was_refused_can_be_asked_for_again(programme: str) -> None:
    walk = reported(programme)
    walk.ask_advance(100 * M)
    walk.act(walk.party_a, "return_advance", comment="Chưa có dự toán quý này.")
    with refused(walk, "Không có đề nghị tạm ứng nào đang chờ."):
        walk.advance(100 * M)
    walk.ask_advance(90 * M)
    with refused(walk, "Số tạm ứng lớn hơn số đơn vị đề nghị (90.000.000 đồng)."):
        walk.advance(100 * M)
    walk.advance(90 * M)


@BOTH
def test_a_first_advance_before_the_work_is_far_enough_asks_for_a_reason(programme: str) -> None:
    walk = at_work(programme)
    walk.progress(70, 504 * M)
    doubt = (
        "Giá trị đã thực hiện theo báo cáo được xác nhận gần nhất là 504.000.000 đồng, chưa trên 70% của tổng vốn "
        "720.000.000 đồng."
    )
    with refused(walk, doubt, "Nếu vẫn thực hiện, hãy ghi rõ lý do.", by=NeedsReason):
        walk.ask_advance(100 * M)


@BOTH
def test_an_advance_needs_a_confirmed_report(programme: str) -> None:
    walk = at_work(programme)
    walk.progress(40, 100 * M, confirmed=False)
    sentence = (
        "Chưa có báo cáo tiến độ nào được Sở Công Thương xác nhận; đề nghị tạm ứng cần báo cáo đã xác nhận."
    )
    with refused(walk, sentence):
        walk.ask_advance(100 * M)


@BOTH
def test_the_first_advance_keeps_to_the_ratio_of_its_type(programme: str) -> None:
    walk = reported(programme)
    sentence = "Tạm ứng lần một tối đa 70% giá trị hợp đồng: 210.000.000 đồng, đã tạm ứng 0 đồng."
    with refused(walk, sentence):
        walk.ask_advance(210 * M + 1)
    with books(walk):
        walk.ask_advance(210 * M)
    with refused(walk, "Một đề nghị tạm ứng đang chờ giải quyết; hãy đợi kết quả trước khi đề nghị tiếp."):
        walk.ask_advance(1)
    with refused(walk, "Số tạm ứng lớn hơn số đơn vị đề nghị (210.000.000 đồng)."):
        walk.advance(210 * M + 1)
    with books(walk, ("advanced", source(walk), 210 * M)):
        walk.advance(210 * M)
    assert state(walk) == "in_progress"
    with refused(walk, "Không có đề nghị tạm ứng nào đang chờ."):
        walk.advance(1)


def test_a_local_advance_keeps_to_the_ratio_of_the_province() -> None:
    walk = reported(LOCAL)
    with acting_as(walk.who("dept")):
        file = walk.now()
    assert file.procedure is not None
    type(file.procedure).objects.filter(pk=file.procedure.pk).update(first_advance_percent=50)
    sentence = "Tạm ứng lần một tối đa 50% giá trị hợp đồng: 150.000.000 đồng, đã tạm ứng 0 đồng."
    with refused(walk, sentence):
        walk.ask_advance(151 * M)


@BOTH
def test_the_rest_is_advanced_after_acceptance(programme: str) -> None:
    walk = reported(programme)
    with refused(walk, "Phần còn lại chỉ tạm ứng sau khi nghiệm thu."):
        walk.ask_advance(90 * M, "REMAINDER")
    walk.ask_advance(210 * M).advance(210 * M)
    next_day(walk)
    walk.accept(support=280 * M)
    with refused(walk, "Phần còn lại tối đa là 70.000.000 đồng."):
        walk.ask_advance(71 * M, "REMAINDER")
    walk.ask_advance(70 * M, "REMAINDER")
    with books(walk, ("advanced", source(walk), 70 * M)):
        walk.advance(70 * M)


# -- inspection -------------------------------------------------------------------------------------------------


@BOTH
def test_an_open_finding_holds_acceptance_and_payment_until_it_is_put_right_or_waived(programme: str) -> None:
    walk = reported(programme)
    with refused(walk, "Kiến nghị kiểm tra cần hạn khắc phục."):
        walk.act("dept.head", "inspect", planned=True, summary="Có thiếu sót.", finding="Thiếu hóa đơn.")
    due = walk.day + dt.timedelta(days=10)
    with refused(
        walk,
        f"Hạn khắc phục {short_date(walk.day - dt.timedelta(days=1))} trước ngày kiểm tra {short_date(walk.day)}. "
        "Hãy ghi ngày mà đơn vị còn kịp khắc phục.",
    ):
        walk.act(
            "dept.head",
            "inspect",
            planned=True,
            summary="Có thiếu sót.",
            finding="Thiếu hóa đơn.",
            fix_by=walk.day - dt.timedelta(days=1),
        )
    with books(walk):
        walk.act(
            "dept.head",
            "inspect",
            planned=False,
            summary="Có thiếu sót.",
            finding="Thiếu hóa đơn.",
            fix_by=due,
        )
    sentence = (
        "Còn kiến nghị kiểm tra chưa khắc phục. Hãy ghi nhận đã khắc phục, hoặc cho tiếp tục kèm lý do, "
        "rồi thực hiện."
    )
    with refused(walk, sentence):
        walk.accept()
    with acting_as(walk.who("dept.head")):
        finding = Inspection.objects.select_related("project_year__project").get(project_year=walk.year)
        resolve_finding(finding, by=walk.who("dept.head"), waiver="Bổ sung khi quyết toán.")
    walk.accept()
    assert state(walk) == "accepted"
