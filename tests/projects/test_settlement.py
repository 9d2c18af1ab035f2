"""Acceptance, settlement, refund, archive, stop: rows of ../shared/domain/chain.md §3.1 and §3.4."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from accounts.models import Holiday
from accounts.tenancy import acting_as
from khuyencong.lib.dates import short_date
from khuyencong.lib.workflow import NeedsReason
from projects.models import Acceptance, Output, Settlement
from tests.projects.books import books, file_of, last_event, refused, source, state, sums
from tests.projects.walks import (
    LOCAL,
    NATIONAL,
    accepted,
    at_work,
    confirm_norm,
    confirmed,
    decide,
    fundable,
    funded,
    next_day,
)

pytestmark = pytest.mark.django_db

M = 1_000_000
BOTH = pytest.mark.parametrize("programme", [NATIONAL, LOCAL])


# -- acceptance ---------------------------------------------------------------------------------------------------


@BOTH
def test_an_acceptance_is_booked_by_share_with_its_outputs(programme: str) -> None:
    walk = at_work(programme)
    with books(walk, ("accepted", source(walk), 300 * M), ("accepted", "COUNTERPART", 420 * M)):
        walk.accept({"machinery_establishments": 1, "machines_supported": 2})
    assert state(walk) == "accepted"
    with acting_as(walk.who("dept")):
        minutes = Acceptance.objects.select_related("share", "paper").get(project_year=walk.year)
        outputs = dict(Output.objects.filter(acceptance=minutes).values_list("indicator__code", "value"))
    assert (minutes.support, minutes.counterpart, minutes.accepted_on) == (300 * M, 420 * M, walk.day)
    assert minutes.share is not None and minutes.share.state == "accepted"
    assert outputs == {"machinery_establishments": 1, "machines_supported": 2}


@BOTH
def test_a_file_is_accepted_with_its_last_share(programme: str) -> None:
    walk = at_work(programme, shares=3)
    with acting_as(walk.who("dept")):
        codes = list(walk.now().shares.order_by("pk").values_list("establishment__tax_code", flat=True))
    half = (("accepted", source(walk), 100 * M), ("accepted", "COUNTERPART", 140 * M))
    for tax_code, reached in zip(codes, ("in_progress", "in_progress", "accepted"), strict=True):
        with books(walk, *half):
            walk.accept(only=[tax_code])
        assert state(walk) == reached
        next_day(walk)


@BOTH
def test_a_share_is_accepted_once_and_not_above_its_support(programme: str) -> None:
    walk = at_work(programme, shares=2)
    with acting_as(walk.who("dept")):
        first, second = walk.now().shares.order_by("pk").select_related("establishment")
    walk.accept(only=[first.establishment.tax_code])
    common = {"paper": walk.paper("BBNT-SCT", "dept2"), "form": "5a", "works": "Đạt."}

    def accept(share: int | None, support: int, counterpart: int = 0) -> None:
        shares = [{"share": share, "support": support, "counterpart": counterpart}]
        walk.act("dept2", "accept", **common, shares=shares)

    with refused(walk, "Có phần hỗ trợ đã nghiệm thu hoặc không thuộc hồ sơ này."):
        accept(first.pk, 1)
    with refused(walk, "Có phần hỗ trợ đã nghiệm thu hoặc không thuộc hồ sơ này."):
        accept(None, 1)
    with refused(
        walk,
        f"{second.establishment.name}: kinh phí nghiệm thu 150.000.001 đồng vượt mức hỗ trợ được duyệt 150.000.000 "
        "đồng.",
    ):
        accept(second.pk, 150 * M + 1)
    with refused(walk, "Kinh phí, vốn đối ứng được nghiệm thu không được âm."):
        accept(second.pk, 150 * M, -1)
    with refused(walk, "Chưa chọn phần hỗ trợ nào để nghiệm thu."):
        walk.act("dept2", "accept", **common, shares=[])


@BOTH
def test_no_more_is_accepted_than_was_contracted(programme: str) -> None:
    walk = funded(programme, 200 * M)
    walk.contract(200 * M)
    next_day(walk)
    walk.start()
    sentence = (
        "Kinh phí nghiệm thu 200.000.001 đồng vượt giá trị hợp đồng 200.000.000 đồng. Hãy xem lại từng phần."
    )
    with refused(walk, sentence):
        walk.accept(support=200 * M + 1)


@BOTH
def test_the_form_of_the_minutes_is_the_accepting_bodys(programme: str) -> None:
    walk = at_work(programme)
    with refused(walk, "Sở Công Thương nghiệm thu dùng Mẫu 5a hoặc 5b."):
        walk.accept(form="5c")


@BOTH
def test_other_money_of_the_beneficiary_than_promised_and_absurd_outputs_ask_for_a_reason(
    programme: str,
) -> None:
    walk = at_work(programme)
    with acting_as(walk.who("dept")):
        share = walk.now().shares.select_related("establishment").get()
    common = {"paper": walk.paper("BBNT-SCT", "dept2"), "form": "5a", "works": "Đạt."}

    def accept(counterpart: int, machines: int, comment: str = "") -> None:
        shares = [{"share": share.pk, "support": 300 * M, "counterpart": counterpart}]
        outputs = {"machines_supported": machines}
        walk.act("dept2", "accept", **common, shares=shares, outputs=outputs, comment=comment)

    name = share.establishment.name
    for counterpart, words in ((10**15, "1.000.000.000.000.000 đồng cao"), (1, "1 đồng thấp")):
        doubt = f"{name}: vốn đối ứng được nghiệm thu {words} hơn cam kết 420.000.000 đồng."
        with refused(walk, doubt, "Nếu vẫn thực hiện, hãy ghi rõ lý do.", by=NeedsReason):
            accept(counterpart, 2)
    doubt = "Máy móc, thiết bị được hỗ trợ: 10.001 máy là lớn bất thường."
    with refused(walk, doubt, "Nếu vẫn thực hiện, hãy ghi rõ lý do.", by=NeedsReason):
        accept(420 * M, 10_001)
    accept(400 * M, 2, "Cơ sở giảm một hạng mục.")
    assert sums(walk).counterpart_accepted == 400 * M


# -- settlement ---------------------------------------------------------------------------------------------------


@BOTH
def test_the_settlement_dossier_comes_within_fifteen_days_or_with_a_reason(programme: str) -> None:
    walk = accepted(programme)
    accepted_on = file_of(walk).state_since
    limit = accepted_on + dt.timedelta(days=15)
    Holiday.objects.update_or_create(
        day=limit, defaults={"name": "Ngày nghỉ của bài thử", "is_working": False}
    )
    limit += dt.timedelta(days=1)
    Holiday.objects.update_or_create(day=limit, defaults={"name": "Ngày làm bù", "is_working": True})
    walk.day = limit + dt.timedelta(days=1)
    sentence = f"Quá hạn nộp hồ sơ {short_date(limit)}: 15 ngày kể từ ngày nghiệm thu cuối ({short_date(accepted_on)})."
    with refused(
        walk,
        sentence,
        "Nếu vẫn thực hiện, hãy ghi rõ lý do.",
        by=NeedsReason,
        after=["check_payment_request"],
    ):
        walk.ask_payment(300 * M, 720 * M)
    walk.day = limit
    with books(walk):
        walk.ask_payment(300 * M, 720 * M)
    with refused(walk, "Hồ sơ thanh toán, quyết toán đã nộp."):
        walk.ask_payment(300 * M, 720 * M)


@BOTH
def test_the_department_confirms_the_dossier_once(programme: str) -> None:
    walk = accepted(programme)
    with refused(walk, "Đơn vị thực hiện chưa nộp hồ sơ thanh toán, quyết toán."):
        walk.confirm_dossier()
    walk.ask_payment(300 * M, 720 * M)
    with books(walk):
        walk.confirm_dossier()
    with refused(walk, "Hồ sơ thanh toán, quyết toán đã được xác nhận."):
        walk.confirm_dossier()


@BOTH
def test_a_payment_clears_the_advance_and_pays_the_rest(programme: str) -> None:
    walk = confirmed(programme, advance=210 * M)
    with refused(walk, "Thanh toán tạm ứng vượt dư tạm ứng 210.000.000 đồng."):
        walk.pay(cleared=211 * M)
    with refused(walk, "Tổng thanh toán vượt kinh phí đã nghiệm thu 300.000.000 đồng."):
        walk.pay(cleared=210 * M, paid=91 * M)
    for cleared, paid in ((0, 0), (-1, 2), (2, -1)):
        with refused(walk, "Hãy ghi số thanh toán tạm ứng hoặc số chi mới, không âm."):
            walk.pay(cleared=cleared, paid=paid)
    with books(walk, ("cleared", source(walk), 210 * M), ("paid", source(walk), 90 * M)):
        walk.pay(cleared=210 * M, paid=90 * M)
    assert state(walk) == "accepted"


@BOTH
def test_without_a_dossier_nothing_is_paid(programme: str) -> None:
    walk = accepted(programme, advance=210 * M)
    with refused(walk, "Đơn vị thực hiện chưa nộp hồ sơ thanh toán, quyết toán."):
        walk.pay(cleared=210 * M)


@BOTH
def test_a_settlement_needs_the_confirmed_dossier_and_stays_within_what_was_accepted(programme: str) -> None:
    walk = accepted(programme)
    walk.ask_payment(300 * M, 720 * M)
    with refused(walk, "Sở Công Thương chưa xác nhận hồ sơ thanh toán, quyết toán."):
        walk.settle(300 * M, 720 * M)
    walk.confirm_dossier()
    with refused(walk, "Số quyết toán vượt kinh phí đã nghiệm thu 300.000.000 đồng."):
        walk.settle(300 * M + 1, 720 * M)
    with refused(walk, "Số quyết toán, chi phí thực tế không được âm."):
        walk.settle(-1, 720 * M)
    with books(walk, ("settled", source(walk), 290 * M)):
        walk.settle(290 * M, 720 * M)
    assert state(walk) == "settled"


@BOTH
def test_a_confirmed_norm_limits_the_settlement_to_its_share_of_the_real_cost(programme: str) -> None:
    walk = confirmed(programme)
    confirm_norm("T10")
    with refused(walk, "Số quyết toán vượt 50% chi phí hợp lệ thực tế."):
        walk.settle(300 * M, 599 * M)
    walk.settle(299 * M, 598 * M)
    with acting_as(walk.who("dept")):
        settlement = Settlement.objects.get(project_year=walk.year)
    assert (settlement.settled, settlement.real_cost, settlement.share_percent) == (
        299 * M,
        598 * M,
        Decimal(50),
    )


@BOTH
def test_what_is_settled_stays_within_the_real_cost_and_what_was_asked(programme: str) -> None:
    walk = accepted(programme)
    with refused(
        walk, "Kinh phí đề nghị quyết toán 300.000.001 đồng vượt kinh phí đã nghiệm thu 300.000.000 đồng."
    ):
        walk.ask_payment(300 * M + 1, 720 * M)
    with refused(walk, "Kinh phí đề nghị quyết toán 2 đồng vượt tổng chi phí thực tế 1 đồng."):
        walk.ask_payment(2, 1)
    doubt = "Tổng chi phí thực tế 719.000.000 đồng thấp hơn số đã nghiệm thu 720.000.000 đồng."
    with refused(
        walk, doubt, "Nếu vẫn thực hiện, hãy ghi rõ lý do.", by=NeedsReason, after=["check_payment_request"]
    ):
        walk.ask_payment(290 * M, 719 * M)
    walk.ask_payment(290 * M, 720 * M).confirm_dossier()
    with refused(walk, "Số quyết toán vượt số đơn vị đề nghị 290.000.000 đồng."):
        walk.settle(291 * M, 720 * M)
    with refused(walk, "Số quyết toán vượt tổng chi phí thực tế 1 đồng."):
        walk.settle(2, 1)


@BOTH
def test_a_norm_that_nobody_confirmed_asks_for_a_reason(programme: str) -> None:
    walk = confirmed(programme)
    doubt = "Số quyết toán vượt 50% chi phí hợp lệ thực tế."
    with refused(
        walk, doubt, "Nếu vẫn thực hiện, hãy ghi rõ lý do.", by=NeedsReason, after=["check_settlement"]
    ):
        walk.settle(300 * M, 599 * M)


@BOTH
def test_a_dossier_that_was_given_back_is_handed_in_again(programme: str) -> None:
    walk = confirmed(programme)
    with refused(walk, "Việc này cần ghi lý do."):
        walk.act("dept", "return_settlement")
    with books(walk):
        walk.act("dept", "return_settlement", comment="Thiếu hóa đơn máy nghiền.")
    with refused(walk, "Sở Công Thương chưa xác nhận hồ sơ thanh toán, quyết toán."):
        walk.settle(300 * M, 720 * M)
    with refused(walk, "Đơn vị thực hiện chưa nộp hồ sơ thanh toán, quyết toán."):
        walk.confirm_dossier()
    walk.ask_payment(280 * M, 720 * M).confirm_dossier().settle(280 * M, 720 * M)
    assert state(walk) == "settled"


# -- payment after the settlement -----------------------------------------------------------------------------------


@BOTH
def test_what_was_settled_is_paid_before_the_file_is_closed(programme: str) -> None:
    walk = confirmed(programme)
    walk.settle(280 * M, 720 * M)
    with refused(walk, "Còn phải chi theo số quyết toán 280.000.000 đồng: cần thanh toán trước."):
        walk.close()
    with refused(walk, "Tổng thanh toán vượt số quyết toán 280.000.000 đồng."):
        walk.pay(paid=281 * M)
    with books(walk, ("paid", source(walk), 280 * M)):
        walk.pay(paid=280 * M)
    with refused(
        walk, "Đã thanh toán đủ số quyết toán.", "Tổng thanh toán vượt số quyết toán 280.000.000 đồng."
    ):
        walk.pay(paid=1)
    walk.close()
    assert state(walk) == "closed"


@BOTH
def test_an_advance_above_the_settlement_is_cleared_and_the_rest_refunded(programme: str) -> None:
    walk = confirmed(programme, advance=210 * M)
    walk.settle(200 * M, 720 * M)
    sentence = "Đã chuyển 210.000.000 đồng trên số quyết toán 200.000.000 đồng: chi mới tối đa 0 đồng."
    with refused(walk, sentence):
        walk.pay(paid=200 * M)
    walk.pay(cleared=200 * M)
    with refused(walk, "Còn dư tạm ứng 10.000.000 đồng: cần thanh toán tạm ứng hoặc hoàn trả trước."):
        walk.close()
    walk.refund(10 * M)
    walk.close()
    total = sums(walk)
    assert (state(walk), total.disbursed, total.advance_outstanding) == ("closed", 200 * M, 0)


# -- refund, close --------------------------------------------------------------------------------------------------


@BOTH
def test_what_was_paid_above_the_settlement_is_refunded_before_the_file_is_closed(programme: str) -> None:
    walk = confirmed(programme, advance=210 * M)
    walk.pay(cleared=210 * M, paid=90 * M)
    walk.settle(280 * M, 720 * M)
    with refused(walk, "Đã chi cao hơn số quyết toán 20.000.000 đồng: cần hoàn trả trước."):
        walk.close()
    for amount in (0, 21 * M):
        with refused(walk, "Số phải hoàn trả còn 20.000.000 đồng."):
            walk.refund(amount)
    with books(walk, ("refunded", source(walk), 20 * M)):
        walk.refund(20 * M)
    with refused(walk, "Không có khoản nào phải hoàn trả.", "Số phải hoàn trả còn 0 đồng."):
        walk.refund(1)
    with books(walk):
        walk.close()
    assert (state(walk), last_event(walk).details["place_of_originals"]) == (
        "closed", "Kho lưu trữ cơ quan, hồ sơ năm 2027",
    )  # fmt: skip


@BOTH
def test_a_file_with_an_advance_outstanding_is_not_closed(programme: str) -> None:
    walk = confirmed(programme, advance=210 * M)
    walk.settle(300 * M, 720 * M)
    sentence = "Còn dư tạm ứng 210.000.000 đồng: cần thanh toán tạm ứng hoặc hoàn trả trước."
    with refused(walk, sentence):
        walk.close()


# -- stop -----------------------------------------------------------------------------------------------------------


@BOTH
def test_money_that_a_stop_released_can_be_given_to_another_file(programme: str) -> None:
    walk = fundable(programme, assigned=300 * M)
    decide("allocate", walk)
    next_day(walk)
    walk.stop("Cơ sở ngừng sản xuất.")
    assert (sums(walk).allocated, sums(walk).planned) == (0, 0)
    other = fundable(programme, assigned=1)
    with books(other, ("allocated", source(other), 300 * M)):
        decide("allocate", other)
