"""From the draft to the money, row by row of ../shared/domain/chain.md §3.1 and §3.4."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from accounts.tenancy import acting_as
from khuyencong.lib.dates import short_date, today
from khuyencong.lib.workflow import NeedsReason
from projects.models import (
    Appraisal,
    CommuneKind,
    Document,
    EstimateLine,
    Industry,
    Project,
    ProjectKind,
    ProjectYear,
    RegistrationRound,
    ReturnReason,
    ScheduleItem,
)
from tests.cast import position
from tests.projects.books import books, file_of, last_event, refused, source, state, sums
from tests.projects.walks import (
    LOCAL,
    NATIONAL,
    appraised,
    decide,
    draft,
    next_day,
    open_round,
    ready_to_propose,
    submitted,
)

pytestmark = pytest.mark.django_db

M = 1_000_000
BOTH = pytest.mark.parametrize("programme", [NATIONAL, LOCAL])


# -- submit -----------------------------------------------------------------------------------------------


@BOTH
def test_a_file_that_is_sent_keeps_its_figures_and_goes_to_the_department(programme: str) -> None:
    walk = draft(programme)
    with books(walk):
        walk.submit()
    file, event = file_of(walk), last_event(walk)
    assert (file.state, file.submission, file.state_since) == ("submitted", 1, walk.day)
    assert (file.support, file.counterpart) == (300 * M, 420 * M)
    assert file.round_id == open_round(programme).pk
    assert (file.procedure_id is not None) == (programme == LOCAL)
    assert (event.action, event.from_state, event.to_state) == ("submit", "draft", "submitted")
    assert event.person == position("centre.hai-phong").person
    assert event.paper is not None and event.paper.dated == walk.day
    assert event.snapshot is not None and event.snapshot["estimate"][0]["amount"] == 720 * M


def _no_need(year: ProjectYear) -> None:
    Project.objects.filter(pk=year.project_id).update(need=" ")


def _no_schedule(year: ProjectYear) -> None:
    ScheduleItem.objects.filter(project_year=year).delete()


def _no_estimate(year: ProjectYear) -> None:
    EstimateLine.objects.filter(project_year=year).delete()


def _sources_short(year: ProjectYear) -> None:
    EstimateLine.objects.filter(project_year=year).update(counterpart=419 * M)
    year.shares.update(counterpart=419 * M)


def _same_number(year: ProjectYear) -> None:
    line = EstimateLine.objects.get(project_year=year)
    line.pk, line.order, line.national, line.local = None, 1, 0, 0
    line.counterpart, line.other = 0, line.amount
    line.save()


def _share_short(year: ProjectYear) -> None:
    year.shares.update(support=299 * M)


def _own_short(year: ProjectYear) -> None:
    year.shares.update(counterpart=400 * M)


def _step_outside(year: ProjectYear) -> None:
    ScheduleItem.objects.filter(project_year=year).update(starts_on=dt.date(2027, 12, 1))


def _no_share(year: ProjectYear) -> None:
    year.shares.all().delete()


def _industry(year: ProjectYear) -> None:
    establishment = year.shares.get().establishment
    establishment.name = "Cơ sở A"
    establishment.industry = Industry.NOT_LISTED
    establishment.save()


def _ward(year: ProjectYear) -> None:
    establishment = year.shares.get().establishment
    establishment.name = "Cơ sở A"
    establishment.commune_kind = CommuneKind.WARD
    establishment.save()


def _no_counterpart(year: ProjectYear) -> None:
    Project.objects.filter(pk=year.project_id).update(counterpart_status="")


def _no_promise(year: ProjectYear) -> None:
    Project.objects.filter(pk=year.project_id).update(no_double_support=False)


def _no_letter(year: ProjectYear) -> None:
    Document.objects.filter(project_year=year, code="D01").update(removed_at=dt.datetime.now(dt.UTC))


@BOTH
@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (_no_need, "Nội dung đề án còn thiếu: 2. Sự cần thiết và căn cứ."),
        (_no_schedule, "Nội dung đề án còn thiếu: tiến độ (mục 5)."),
        (_no_estimate, "Dự toán chưa có dòng nào."),
        (_sources_short, "Dự toán dòng 1: tổng các nguồn khác với thành tiền."),
        (
            _same_number,
            "Dự toán có nhiều dòng cùng số thứ tự 1; hãy đánh số lại để mỗi dòng một số.",
        ),
        (
            _share_short,
            (
                "Tổng hỗ trợ của các cơ sở thụ hưởng là 299.000.000 đồng, khác với kinh phí đề nghị trong dự toán "
                "300.000.000 đồng."
            ),
        ),
        (
            _own_short,
            (
                "Tổng đối ứng của các cơ sở thụ hưởng là 400.000.000 đồng, khác với đối ứng trong dự toán "
                "420.000.000 đồng."
            ),
        ),
        (_step_outside, "Tiến độ có việc ngoài thời gian thực hiện: Mua sắm, lắp đặt."),
        (_no_share, "Chưa chọn cơ sở công nghiệp nông thôn thụ hưởng."),
        (
            _industry,
            (
                "Cơ sở chưa đủ điều kiện: Cơ sở A: ngành nghề không thuộc danh mục được hỗ trợ (Nghị định "
                "45/2012/NĐ-CP, điều 5)."
            ),
        ),
        (
            _ward,
            (
                "Cơ sở chưa đủ điều kiện: Cơ sở A: sản xuất tại phường của thành phố trực thuộc trung ương nên "
                "không phải cơ sở công nghiệp nông thôn (Nghị định 235/2025/NĐ-CP); trừ khi nằm trong làng nghề được "
                "công nhận hoặc áp dụng sản xuất sạch hơn."
            ),
        ),
        (_no_counterpart, "Chưa ghi vốn đối ứng đã đầu tư hay cam kết đầu tư."),
        (_no_promise, "Chưa có cam kết không được hỗ trợ trùng từ nguồn ngân sách nhà nước."),
        (_no_letter, "Hồ sơ còn thiếu: Công văn đề nghị của đơn vị thực hiện."),
    ],
)
def test_an_unfinished_file_is_not_sent(
    programme: str, spoil: Callable[[ProjectYear], None], sentence: str
) -> None:
    walk = draft(programme)
    with acting_as(walk.who("centre")):
        spoil(walk.now())
    wanted = {sentence}
    if spoil is _no_estimate:
        wanted.add(
            "Tổng hỗ trợ của các cơ sở thụ hưởng là 300.000.000 đồng, khác với kinh phí đề nghị trong dự toán 0 đồng."
        )
    with refused(walk, *sorted(wanted, key=lambda text: text != sentence)):
        walk.submit()


def test_a_task_needs_no_beneficiary() -> None:
    walk = draft(LOCAL, activity="T20")
    with acting_as(walk.who("centre")):
        Project.objects.filter(pk=walk.year.project_id).update(kind=ProjectKind.TASK, counterpart_status="")
        walk.now().shares.all().delete()
    walk.submit()
    assert state(walk) == "submitted"


@BOTH
def test_outside_a_round_a_file_is_sent_with_a_reason_only(programme: str) -> None:
    walk = draft(programme)
    with acting_as(position("agency.officer" if programme == NATIONAL else "dept.hai-phong")):
        RegistrationRound.objects.update(opens_on=today())
    sentence = f"Không có đợt đăng ký nào của năm 2027 mở vào ngày {short_date(walk.day)}."
    with refused(walk, sentence, "Nếu vẫn thực hiện, hãy ghi rõ lý do.", by=NeedsReason):
        walk.submit()
    walk.submit("Cục đồng ý nhận hồ sơ trước đợt.")
    assert (state(walk), file_of(walk).round_id) == ("submitted", None)


def test_support_above_the_norm_asks_for_a_reason() -> None:
    walk = draft(NATIONAL, support=460 * M, counterpart=260 * M)
    sentence = (
        "Mức hỗ trợ 460.000.000 đồng cao hơn định mức 450.000.000 đồng (TT 28/2018). Kinh phí hỗ trợ vượt 50% chi phí "
        "của dự toán (TT 28/2018)."
    )
    with refused(walk, sentence, "Nếu vẫn thực hiện, hãy ghi rõ lý do.", by=NeedsReason):
        walk.submit()


# -- return to the centre -----------------------------------------------------------------------------------


@BOTH
def test_the_department_returns_a_file_with_reasons_pinned_and_a_day_to_answer(programme: str) -> None:
    walk = draft(programme)
    submitted(walk)
    with books(walk):
        walk.send_back("dept", ("estimate", "1", "unit_price", "Thiếu báo giá."), days=7)
    file = file_of(walk)
    assert (file.state, file.submission, file.answer_by) == ("returned", 1, walk.day + dt.timedelta(days=7))
    with acting_as(walk.who("centre")):
        reason = ReturnReason.objects.get(project_year=file)
    assert (reason.section, reason.row, reason.field, reason.comment, reason.submission) == (
        "estimate", "1", "unit_price", "Thiếu báo giá.", 1,
    )  # fmt: skip


@BOTH
def test_a_return_needs_a_reason_and_a_day_after_it(programme: str) -> None:
    walk = draft(programme)
    submitted(walk)
    with refused(walk, "Trả lại cần ít nhất một lý do gắn với mục cần sửa."):
        walk.send_back("dept")
    day = short_date(walk.day)
    with refused(walk, f"Hạn trả lời {day} phải sau ngày trả lại {day}."):
        walk.send_back("dept", ("file", "", "need", "Viết rõ."), days=0)


@BOTH
def test_a_file_sent_again_counts_it_and_goes_back_to_the_same_desk(programme: str) -> None:
    walk = draft(programme)
    submitted(walk)
    walk.send_back("dept", ("file", "", "need", "Viết rõ."))
    next_day(walk)
    walk.submit("Đã giải trình, không sửa.")
    file = file_of(walk)
    assert (file.state, file.submission, file.answer_by) == ("submitted", 2, None)


@BOTH
def test_a_file_that_comes_back_unchanged_or_runs_beyond_its_year_asks_for_a_reason(programme: str) -> None:
    walk = draft(programme)
    with acting_as(walk.who("centre")):
        Project.objects.filter(pk=walk.year.project_id).update(ends_on=dt.date(2028, 2, 29))
    doubt = "Thời gian thực hiện 01/03/2027 – 29/02/2028 không nằm trong năm kế hoạch 2027."
    with refused(walk, doubt, "Nếu vẫn thực hiện, hãy ghi rõ lý do.", by=NeedsReason):
        walk.submit()
    walk.submit("Đề án kéo dài hai năm.")
    walk.send_back("dept", ("file", "", "ends_on", "Trong năm."))
    next_day(walk)
    doubts = (doubt, "Hồ sơ chưa được sửa gì so với lần gửi 1.", "Nếu vẫn thực hiện, hãy ghi rõ lý do.")
    with refused(walk, *doubts, by=NeedsReason):
        walk.submit()
    with acting_as(walk.who("centre")):
        Project.objects.filter(pk=walk.year.project_id).update(ends_on=dt.date(2027, 12, 31))
    walk.submit()


def test_a_draft_typed_after_its_letter_was_signed_is_sent_with_the_letters_day() -> None:
    walk = draft(NATIONAL)
    typed = file_of(walk).state_since
    walk.day = typed - dt.timedelta(days=3)
    walk.submit("Đợt đăng ký chưa mở.")
    assert (file_of(walk).state_since, last_event(walk).effective_on) == (walk.day, walk.day)
    other = draft(NATIONAL)
    other.day = dt.date(2025, 12, 31)
    sentence = (
        "Ngày 31/12/2025 trước ngày sớm nhất được ghi cho hồ sơ năm 2027 (01/01/2026). "
        "Hãy kiểm tra lại ngày của văn bản."
    )
    with refused(other, sentence):
        other.submit("Đợt đăng ký chưa mở.")


# -- the department's appraisal --------------------------------------------------------------------------------


@BOTH
def test_the_department_appraises_and_books_what_it_recommends(programme: str) -> None:
    walk = draft(programme)
    submitted(walk)
    with books(walk, ("appraised_department", source(walk), 280 * M)):
        walk.appraise(280 * M)
    assert state(walk) == "appraised_department"
    with acting_as(walk.who("dept")):
        appraisal = Appraisal.objects.select_related("paper").get(project_year=walk.year)
    assert (appraisal.form, appraisal.level, appraisal.submission) == ("4b", "DEPARTMENT", 1)
    assert (appraisal.recommended, appraisal.opinion) == (280 * M, "RECOMMENDED")
    assert appraisal.paper.number.endswith("PTĐ-SCT")


@BOTH
def test_an_appraisal_recommends_no_more_than_was_asked(programme: str) -> None:
    walk = draft(programme)
    submitted(walk)
    with refused(walk, "Mức đề nghị hỗ trợ 300.000.001 đồng cao hơn mức đơn vị đề nghị 300.000.000 đồng."):
        walk.appraise(300 * M + 1)
    with refused(walk, "Kết luận đề nghị hỗ trợ thì mức đề nghị phải lớn hơn 0."):
        walk.appraise(0)
    with refused(walk, "Mức đề nghị hỗ trợ không được âm."):
        walk.appraise(-1)


@BOTH
def test_an_appraisal_that_does_not_recommend_books_nothing(programme: str) -> None:
    walk = draft(programme)
    submitted(walk)
    with books(walk):
        walk.appraise(0, opinion="NOT_RECOMMENDED")
    assert state(walk) == "appraised_department"


@BOTH
def test_the_director_sends_an_appraisal_back_to_the_officer_and_it_does_not_count_twice(
    programme: str,
) -> None:
    walk = draft(programme)
    appraised(walk)
    with refused(walk, "Việc này cần ghi lý do."):
        walk.act("dept.head", "return")
    next_day(walk)
    with books(walk, ("appraised_department", source(walk), -300 * M)):
        walk.act("dept.head", "return", comment="Xem lại giá máy.")
    assert (state(walk), file_of(walk).submission) == ("submitted", 1)
    next_day(walk)
    walk.appraise(250 * M)
    assert sums(walk).appraised_department == 250 * M


def test_a_file_that_is_not_recommended_is_declined_by_the_director_with_a_reason() -> None:
    walk = draft(NATIONAL)
    submitted(walk)
    walk.appraise(0, opinion="NOT_RECOMMENDED")
    with refused(walk, "Việc này cần ghi lý do."):
        walk.decline("")
    with books(walk):
        walk.decline("Thiết bị đã lạc hậu.")
    assert (state(walk), last_event(walk).comment) == ("not_selected", "Thiết bị đã lạc hậu.")


def test_a_recommended_file_is_not_declined() -> None:
    walk = draft(NATIONAL)
    appraised(walk)
    sentence = "Phiếu thẩm định đang đề nghị hỗ trợ; muốn dừng hồ sơ, hãy trả lại để thẩm định lại."
    with refused(walk, sentence):
        walk.decline("Không ưu tiên.")


# -- the agency's appraisal -----------------------------------------------------------------------------------


def test_the_agency_appraises_with_its_place_in_the_order() -> None:
    walk = draft(NATIONAL)
    appraised(walk)
    decide("register", walk)
    next_day(walk)
    with books(walk, ("appraised_agency", NATIONAL, 270 * M)):
        walk.appraise(270 * M, account="agency.officer", priority_rank=3)
    assert (state(walk), file_of(walk).priority_rank) == ("appraised_agency", 3)


def test_the_agency_declines_only_what_it_does_not_recommend() -> None:
    walk = draft(NATIONAL)
    ready_to_propose(walk)
    with refused(walk, "Phiếu thẩm định đang đề nghị hỗ trợ; muốn không chọn, hãy loại khi trình phê duyệt."):
        walk.act("agency.head", "decline", comment="Không ưu tiên.")
    other = draft(NATIONAL)
    appraised(other)
    decide("register", other)
    next_day(other)
    other.appraise(0, account="agency.officer", opinion="NOT_RECOMMENDED")
    other.act("agency.head", "decline", comment="Không phù hợp.")
    assert state(other) == "not_selected"


# -- withdraw ------------------------------------------------------------------------------------------------


@BOTH
def test_a_file_is_withdrawn_by_its_head_with_a_reason(programme: str) -> None:
    walk = draft(programme)
    with refused(walk, "Việc này cần ghi lý do."):
        walk.withdraw("")
    submitted(walk)
    with books(walk):
        walk.withdraw("Cơ sở đổi hướng đầu tư.")
    assert state(walk) == "withdrawn"


def test_a_registered_file_is_withdrawn_with_the_departments_letter() -> None:
    walk = draft(NATIONAL)
    appraised(walk)
    decide("register", walk)
    next_day(walk)
    with refused(walk, "Hồ sơ đã đăng ký về Cục: cần số, ngày công văn đồng ý của Sở Công Thương."):
        walk.withdraw("Cơ sở đổi hướng đầu tư.")
    letter = "12/SCT-QLCN ngày 01/11/2026"
    walk.withdraw("Cơ sở đổi hướng đầu tư.", letter)
    assert (state(walk), last_event(walk).details["department_letter"]) == ("withdrawn", letter)


def test_a_proposed_local_file_is_withdrawn_without_a_letter() -> None:
    walk = draft(LOCAL)
    ready_to_propose(walk)
    decide("propose", walk)
    walk.withdraw("Cơ sở đổi hướng đầu tư.")
    assert state(walk) == "withdrawn"
