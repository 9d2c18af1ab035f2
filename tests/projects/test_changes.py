"""Changes of an approved file: ../shared/domain/chain.md §3.5, row "Change requests"; ends are in test_ends.py."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.tenancy import acting_as
from budgets.limits import limit_sentence
from budgets.queries import envelope
from khuyencong.demonstration.walk import Walk
from khuyencong.lib.dates import today
from khuyencong.lib.workflow import NeedsReason
from projects.models import (
    BeneficiaryShare,
    ChangeRequest,
    ContractItem,
    EstimateLine,
    LocalProcedure,
    ShareState,
)
from projects.tasks import tasks_of
from tests.cast import position
from tests.factories import make_establishment
from tests.projects.books import books, file_of, last_event, refused, source, state, sums
from tests.projects.walks import (
    LOCAL,
    NATIONAL,
    YEAR,
    at_work,
    decide,
    funded,
    next_day,
    reported,
)

pytestmark = pytest.mark.django_db

M = 1_000_000
BOTH = pytest.mark.parametrize("programme", [NATIONAL, LOCAL])
REASON = "Cơ sở mua máy công suất khác."


def line(walk: Walk, support: int, counterpart: int) -> dict[str, Any]:
    """The one line of the tests' estimate at another price."""
    own = "national" if walk.national else "local"
    return {
        "position": "1",
        "item": "Máy sấy lạnh",
        "unit": "máy",
        "quantity": 1,
        "unit_price": support + counterpart,
        own: support,
        "counterpart": counterpart,
    }


def money(walk: Walk, support: int, counterpart: int) -> dict[str, Any]:
    return {"changes": {"estimate": [line(walk, support, counterpart)]}}


def change_of(walk: Walk) -> ChangeRequest:
    with acting_as(walk.who("dept")):
        found: ChangeRequest = (
            ChangeRequest.objects.select_related("beneficiary").filter(project_year=walk.year).latest("pk")
        )
        return found


def desk(walk: Walk) -> str:
    return change_of(walk).desk


def tasks(account: str) -> set[str]:
    by = position(account)
    with acting_as(by):
        return {task.action.name for task in tasks_of(by, today())}


# -- who decides what (T36 article 11.2; chain.md §3.5) --------------------------------------------------

MINISTER = {"INCREASE_SUPPORT", "CHANGE_CONTENT", "EXTEND_NEXT_YEAR", "STOP"}
AGENCY = {"DECREASE_SUPPORT", "SAME_TOTAL", "PLACE", "BENEFICIARY", "PARTNER", "TIME_WITHIN_YEAR", "OTHER"}
OWN_OF_DEPARTMENT = {"PLACE", "PARTNER", "TIME_WITHIN_YEAR"}


def some_change(walk: Walk, kind: str) -> dict[str, Any]:
    if kind == "BENEFICIARY":
        other = make_establishment(by=walk.who("centre"))
        return {"changes": {"beneficiary": other.pk}}
    wanted: dict[str, dict[str, Any]] = {
        "INCREASE_SUPPORT": money(walk, 350 * M, 500 * M),
        "DECREASE_SUPPORT": money(walk, 250 * M, 400 * M),
        "SAME_TOTAL": money(walk, 300 * M, 450 * M),
        "CHANGE_CONTENT": {"changes": {"content": "Hai máy nhỏ thay một máy lớn."}},
        "PLACE": {"changes": {"place": "Thôn Tây"}},
        "PARTNER": {"changes": {"partner": "Trường Cao đẳng nghề"}},
        "TIME_WITHIN_YEAR": {"changes": {"ends_on": dt.date(YEAR, 12, 20)}},
        "EXTEND_NEXT_YEAR": {"changes": {"ends_on": dt.date(YEAR + 1, 3, 31)}},
        "OTHER": {"changes": {"scale": "Một dây chuyền."}},
        "STOP": {},
    }
    return wanted[kind]


@pytest.mark.parametrize("kind", sorted(MINISTER | AGENCY))
def test_a_national_change_goes_to_the_department_and_to_who_decides(kind: str) -> None:
    walk = funded(NATIONAL)
    walk.ask_change(kind, REASON, **some_change(walk, kind))
    assert (desk(walk), change_of(walk).decides) == (
        "DEPARTMENT",
        "MINISTRY" if kind in MINISTER else "AGENCY",
    )
    assert "confirm_change" in tasks("dept.head.hai-phong")
    walk.confirm_change()
    assert (desk(walk), change_of(walk).confirmed_id) == ("AGENCY", last_event(walk).pk)
    if kind in MINISTER:
        assert "propose_change" in tasks("agency.head") and "decide_change" not in tasks("agency.head")
        walk.propose_change()
        assert desk(walk) == "MINISTRY"
        assert ("stop" if kind == "STOP" else "decide_change") in tasks("ministry.leader")
    else:
        assert "decide_change" in tasks("agency.head") and "propose_change" not in tasks("agency.head")


@pytest.mark.parametrize("kind", sorted(MINISTER | AGENCY))
def test_a_local_change_goes_to_who_approved_unless_the_procedure_names_the_department(kind: str) -> None:
    walk = funded(LOCAL)
    walk.ask_change(kind, REASON, **some_change(walk, kind))
    if kind in OWN_OF_DEPARTMENT:
        assert "decide_change" in tasks("dept.head.hai-phong")
        walk.decide_change("dept.head")
        assert change_of(walk).outcome == "APPROVED"
        return
    assert (desk(walk), tasks("committee.hai-phong")) == ("DEPARTMENT", set())
    walk.confirm_change()
    assert desk(walk) == "PEOPLES_COMMITTEE"
    assert ("stop" if kind == "STOP" else "decide_change") in tasks("committee.hai-phong")


def test_a_local_file_keeps_the_procedure_of_its_submission() -> None:
    walk = funded(LOCAL)
    LocalProcedure.objects.filter(province__slug="hai-phong").update(department_decides="")
    walk.ask_change("PLACE", REASON, changes={"place": "Thôn Tây"})
    assert change_of(walk).decides == "PEOPLES_COMMITTEE"


def test_nobody_decides_before_his_turn_or_what_is_not_his() -> None:
    walk = funded(NATIONAL)
    walk.ask_change("INCREASE_SUPPORT", REASON, **money(walk, 350 * M, 500 * M))
    nothing = "Không có đề nghị điều chỉnh nào chờ cơ quan của ông, bà quyết định."
    with refused(walk, nothing):
        walk.decide_change("ministry.leader")
    with refused(
        walk,
        "Không có đề nghị điều chỉnh nào chờ Cục trình Bộ (đề nghị thuộc thẩm quyền của Bộ, Sở đã xác nhận).",
    ):
        walk.propose_change()
    walk.confirm_change()
    with refused(walk, nothing):
        walk.decide_change("ministry.leader")
    with refused(walk, nothing):
        walk.decide_change("agency.head")
    walk.propose_change().decide_change("ministry.leader")
    assert file_of(walk).support == 350 * M


@BOTH
def test_one_request_waits_at_a_time_and_its_unit_may_take_it_back(programme: str) -> None:
    walk = funded(programme)
    walk.ask_change("PLACE", REASON, changes={"place": "Thôn Tây"})
    with refused(
        walk, "Một đề nghị điều chỉnh đang chờ giải quyết; hãy đợi kết quả, hoặc rút đề nghị đó trước."
    ):
        walk.ask_change("PARTNER", REASON, changes={"partner": "Trường Cao đẳng nghề"})
    walk.act("centre.head", "withdraw_change", comment="Ghi nhầm thôn.")
    assert change_of(walk).outcome == "WITHDRAWN"
    walk.ask_change("PARTNER", REASON, changes={"partner": "Trường Cao đẳng nghề"})
    walk.act("dept.head", "return_change", comment="Chưa nêu lý do.")
    assert (change_of(walk).outcome, file_of(walk).project.partner) == ("RETURNED", "")


# -- what a type opens -----------------------------------------------------------------------------------


def test_a_request_changes_only_what_its_type_opens() -> None:
    walk = funded(NATIONAL)
    with refused(
        walk, "Loại “Thay đổi địa điểm thực hiện” không sửa được: title. Hãy chọn loại điều chỉnh khác."
    ):
        walk.ask_change("PLACE", REASON, changes={"title": "Tên khác", "place": "Thôn Tây"})
    with refused(walk, "Chưa có gì thay đổi so với hồ sơ đang có hiệu lực."):
        walk.ask_change("PLACE", REASON, changes={})
    with refused(walk, "Việc này cần ghi lý do."):
        walk.ask_change("PLACE", "", changes={"place": "Thôn Tây"})
    with refused(walk, "Loại điều chỉnh này không do đơn vị thực hiện đề nghị."):
        walk.ask_change("TERMINATE", REASON)


def test_the_support_moves_as_the_type_says() -> None:
    walk = funded(NATIONAL)
    for kind, support, sentence in (
        (
            "INCREASE_SUPPORT",
            300,
            "Kinh phí hỗ trợ trong dự toán mới 300.000.000 đồng không tăng so với 300.000.000 đồng.",
        ),
        (
            "DECREASE_SUPPORT",
            310,
            "Kinh phí hỗ trợ trong dự toán mới 310.000.000 đồng phải giảm so với 300.000.000 đồng và lớn hơn 0.",
        ),
        (
            "SAME_TOTAL",
            290,
            "Loại điều chỉnh này giữ nguyên kinh phí hỗ trợ 300.000.000 đồng; dự toán mới là 290.000.000 đồng.",
        ),
    ):
        with refused(walk, sentence):
            walk.ask_change(kind, REASON, **money(walk, support * M, 450 * M))


def test_a_line_of_the_new_estimate_is_made_up_by_its_sources() -> None:
    walk = funded(NATIONAL)
    wrong = line(walk, 250 * M, 400 * M) | {"counterpart": 300 * M}
    with refused(
        walk, "Dự toán dòng 1: các nguồn cộng lại 550.000.000 đồng, khác thành tiền 650.000.000 đồng."
    ):
        walk.ask_change("DECREASE_SUPPORT", REASON, changes={"estimate": [wrong]})


def test_several_beneficiaries_share_the_new_support() -> None:
    walk = at_work(NATIONAL, shares=2)
    with acting_as(walk.who("centre")):
        keys = list(walk.now().shares.values_list("establishment_id", flat=True))
    asked = money(walk, 240 * M, 420 * M)
    with refused(
        walk,
        "Các cơ sở thụ hưởng cộng lại hỗ trợ 300.000.000 đồng, khác của hồ sơ 240.000.000 đồng.",
    ):
        walk.ask_change("DECREASE_SUPPORT", REASON, **asked)
    asked["changes"]["beneficiaries"] = [
        {"establishment": keys[0], "support": 100 * M},
        {"establishment": keys[1], "support": 140 * M},
    ]
    walk.ask_change("DECREASE_SUPPORT", REASON, **asked).confirm_change()
    walk.decide_change("agency.head", by_annex=True)
    with acting_as(walk.who("centre")):
        assert list(walk.now().shares.values_list("support", flat=True)) == [100 * M, 140 * M]


def test_a_beneficiary_to_whom_nothing_is_left_takes_no_part_any_more() -> None:
    walk = at_work(NATIONAL, shares=2)
    with acting_as(walk.who("centre")):
        stays, goes = walk.now().shares.select_related("establishment")
    asked = money(walk, stays.support, stays.counterpart)
    asked["changes"]["beneficiaries"] = [
        {"establishment": goes.establishment_id, "support": 0, "counterpart": 0}
    ]
    walk.ask_change("DECREASE_SUPPORT", REASON, **asked).confirm_change()
    walk.decide_change("agency.head", by_annex=True)
    with acting_as(walk.who("centre")):
        assert walk.now().shares.get().establishment == stays.establishment
        ended = BeneficiaryShare.every.get(pk=goes.pk)
    assert (ended.state, ended.ended_by_id) == (ShareState.DROPPED, change_of(walk).decided_id)


# -- what follows ----------------------------------------------------------------------------------------


def test_an_increase_by_the_minister_is_booked_beside_what_was_approved() -> None:
    walk = at_work(NATIONAL)
    walk.ask_change("INCREASE_SUPPORT", REASON, **money(walk, 350 * M, 500 * M))
    walk.confirm_change().propose_change()
    with books(
        walk,
        ("adjusted", NATIONAL, 50 * M),
        ("adjusted", "COUNTERPART", 80 * M),
        ("contracted", "COUNTERPART", 80 * M),
    ):
        walk.decide_change("ministry.leader")
    total = sums(walk)
    assert (total.approved, total.planned, total.counterpart_planned) == (300 * M, 350 * M, 500 * M)
    assert (state(walk), file_of(walk).support, file_of(walk).counterpart) == (
        "in_progress",
        350 * M,
        500 * M,
    )
    next_day(walk)
    with books(walk, ("allocated", NATIONAL, 50 * M), ("contracted", NATIONAL, 50 * M)):
        decide("allocate", walk, comment="Phụ lục 01 ngày 20/11/2026")


def test_a_local_increase_is_allocated_and_contracted_too() -> None:
    walk = at_work(LOCAL)
    walk.ask_change("INCREASE_SUPPORT", REASON, **money(walk, 350 * M, 500 * M)).confirm_change()
    walk.decide_change("committee")
    next_day(walk)
    with books(walk, ("allocated", LOCAL, 50 * M), ("contracted", LOCAL, 50 * M)):
        decide("allocate", walk, comment="Phụ lục 01 ngày 20/11/2026")


def test_a_decrease_by_the_agency_in_the_contract_frees_the_money() -> None:
    walk = at_work(NATIONAL)
    holder = position("agency.head").organisation
    with acting_as(position("agency.head")):
        left = envelope(holder, YEAR, NATIONAL).left
    walk.ask_change("DECREASE_SUPPORT", REASON, **money(walk, 250 * M, 420 * M)).confirm_change()
    with books(
        walk,
        ("contracted", NATIONAL, -50 * M),
        ("allocated", NATIONAL, -50 * M),
        ("adjusted", NATIONAL, -50 * M),
    ):
        walk.decide_change("agency.head", by_annex=True)
    with acting_as(position("agency.head")):
        assert envelope(holder, YEAR, NATIONAL).left == left + 50 * M
    event, change = last_event(walk), change_of(walk)
    assert (event.paper and event.paper.kind, change.annexed_id) == ("ANNEX", event.pk)
    with acting_as(walk.who("dept")):
        assert ContractItem.objects.get(project_year=walk.year).amount == 250 * M
        assert EstimateLine.objects.get(project_year=walk.year).unit_price == 670 * M
        ever = EstimateLine.ever.filter(project_year=walk.year).order_by("pk")
        assert list(ever.values_list("unit_price", "replaced")) == [(720 * M, event.pk), (670 * M, None)]
    assert change.before["support"] == 300 * M
    assert [row["unit_price"] for row in change.before["estimate"]] == [720 * M]


def test_support_does_not_sink_below_what_was_spent() -> None:
    walk = reported(NATIONAL)
    walk.ask_advance(120 * M).advance(120 * M)
    with refused(
        walk,
        "Đã tạm ứng, thanh toán hoặc nghiệm thu 120.000.000 đồng: kinh phí hỗ trợ không giảm dưới mức đó.",
    ):
        walk.ask_change("DECREASE_SUPPORT", REASON, **money(walk, 100 * M, 420 * M))


def test_what_happened_since_the_request_stands_against_it() -> None:
    walk = reported(NATIONAL)
    walk.ask_change("DECREASE_SUPPORT", REASON, **money(walk, 100 * M, 420 * M)).confirm_change()
    walk.ask_advance(120 * M).advance(120 * M)
    with refused(
        walk,
        "Đã tạm ứng, thanh toán hoặc nghiệm thu 120.000.000 đồng: kinh phí hỗ trợ không giảm dưới mức đó.",
    ):
        walk.decide_change("agency.head")


def test_time_within_the_year_is_decided_and_the_contract_follows_by_an_annex() -> None:
    walk = at_work(NATIONAL)
    with refused(
        walk, f"Ngày kết thúc 31/01/{YEAR + 1} sau năm {YEAR}: hãy chọn loại “Gia hạn sang năm sau”."
    ):
        walk.ask_change("TIME_WITHIN_YEAR", REASON, changes={"ends_on": dt.date(YEAR + 1, 1, 31)})
    walk.ask_change("TIME_WITHIN_YEAR", REASON, changes={"ends_on": dt.date(YEAR, 12, 20)}).confirm_change()
    walk.decide_change("agency.head")
    assert file_of(walk).project.ends_on == dt.date(YEAR, 12, 20)
    assert "sign_annex" in tasks("agency.head")
    walk.act("agency.head", "sign_annex", paper=walk.paper("PLHĐ-ĐCK", "agency.head"))
    with acting_as(walk.who("dept")):
        assert ContractItem.objects.get(project_year=walk.year).ends_on == dt.date(YEAR, 12, 20)
    assert "sign_annex" not in tasks("agency.head")


def test_a_beneficiary_gives_its_place_to_an_eligible_one_and_stays_readable() -> None:
    walk = funded(NATIONAL)
    new = make_establishment(by=walk.who("centre"))
    listed = make_establishment(by=walk.who("centre"), industry="NOT_LISTED")
    with acting_as(walk.who("centre")):
        old = walk.now().shares.get().establishment
    with refused(
        walk, f"{listed.name}: ngành nghề không thuộc danh mục được hỗ trợ (Nghị định 45/2012/NĐ-CP, điều 5)."
    ):
        walk.ask_change("BENEFICIARY", REASON, changes={"beneficiary": listed.pk})
    walk.ask_change("BENEFICIARY", REASON, changes={"beneficiary": new.pk}).confirm_change()
    with acting_as(position("agency.head")):  # who decides reads whom the file would support
        assert (
            ChangeRequest.objects.select_related("beneficiary").get(project_year=walk.year).beneficiary == new
        )
    walk.decide_change("agency.head")
    with acting_as(position("agency.head")):
        share = walk.now().shares.select_related("establishment").get()
    assert (share.establishment, share.support, share.counterpart) == (new, 300 * M, 420 * M)
    assert [row["name"] for row in change_of(walk).before["beneficiaries"]] == [old.name]


def test_an_establishment_of_another_province_takes_no_part() -> None:
    walk = funded(NATIONAL)
    other = make_establishment(by=position("centre.thai-nguyen"))
    with refused(walk, "Hãy chọn cơ sở thụ hưởng mới trong danh bạ của tỉnh."):
        walk.ask_change("BENEFICIARY", REASON, changes={"beneficiary": other.pk})


def test_only_party_a_decides_by_an_annex() -> None:
    walk = funded(NATIONAL)
    walk.ask_change("PARTNER", REASON, changes={"partner": "Trường Cao đẳng nghề"}).confirm_change()
    with refused(
        walk, "Chỉ bên A của hợp đồng đã ký mới điều chỉnh bằng phụ lục hợp đồng; hãy ghi quyết định."
    ):
        walk.decide_change("agency.head", by_annex=True)


def test_what_was_asked_and_decided_is_not_rewritten() -> None:
    walk = funded(NATIONAL)
    walk.ask_change("PARTNER", REASON, changes={"partner": "Trường Cao đẳng nghề"}).confirm_change()
    walk.decide_change("agency.head")
    change = change_of(walk)
    said = (
        "Dữ liệu này đã ghi vào sổ, không sửa hay xóa được. "
        "Hãy ghi một bút toán hoặc một bước xử lý mới để điều chỉnh."
    )
    with acting_as(walk.who("dept")):
        rows = ChangeRequest.objects.filter(pk=change.pk)
        for write in (
            lambda: rows.update(before={}),
            lambda: rows.update(after={}),
            lambda: rows.update(outcome="RETURNED"),
            lambda: rows.update(confirmed=None),
            lambda: rows.delete(),
        ):
            with pytest.raises(IntegrityError) as refusal, transaction.atomic():
                write()
            assert limit_sentence(refusal.value) == said


def test_a_change_asked_elsewhere_stays_behind_the_wall() -> None:
    walk = funded(LOCAL)
    walk.ask_change("PLACE", REASON, changes={"place": "Thôn Tây"})
    for account in ("dept.head.thai-nguyen", "centre.head.thai-nguyen"):
        with acting_as(position(account)):
            assert not ChangeRequest.objects.exists()


# -- next year -------------------------------------------------------------------------------------------


@BOTH
def test_an_extension_carries_money_over_in_a_pair(programme: str) -> None:
    walk = reported(programme)
    walk.ask_advance(120 * M).advance(120 * M)
    party = walk.party_a
    with refused(walk, "Chưa có quyết định gia hạn thực hiện sang năm sau."):
        walk.act(party, "carry_over", paper=walk.paper("QĐ-CN", party), amount=M)
    walk.ask_change(
        "EXTEND_NEXT_YEAR", REASON, changes={"ends_on": dt.date(YEAR + 1, 3, 31)}
    ).confirm_change()
    if walk.national:
        walk.propose_change().decide_change("ministry.leader")
    else:
        walk.decide_change("committee")
    assert "carry_over" in tasks(f"{party}.hai-phong" if party == "dept.head" else party)
    with refused(walk, "Kinh phí được giao chưa chi, chưa chuyển nguồn là 180.000.000 đồng."):
        walk.act(party, "carry_over", paper=walk.paper("QĐ-CN", party), amount=181 * M)
    own = source(walk)
    with books(walk, ("carried_over", own, -180 * M), ("carried_over", own, 180 * M)):
        walk.act(party, "carry_over", paper=walk.paper("QĐ-CN", party), amount=180 * M)
    with acting_as(walk.who("dept")):
        pair = walk.now().entries.filter(kind="carried_over").order_by("pk").values_list("year", "amount")
        assert list(pair) == [(YEAR, -180 * M), (YEAR + 1, 180 * M)]
    assert "carry_over" not in tasks(f"{party}.hai-phong" if party == "dept.head" else party)


@BOTH
def test_cancelled_money_does_not_return_to_the_envelope(programme: str) -> None:
    walk = reported(programme)
    walk.ask_advance(120 * M).advance(120 * M)
    party = walk.party_a
    holder = position(party if walk.national else "dept.head.hai-phong")
    with acting_as(holder):
        before = envelope(holder.organisation, YEAR, source(walk))
    paper = walk.paper("QĐ-HDT", party)
    with refused(
        walk,
        f"Năm ngân sách kết thúc ngày 31/12/{YEAR}.",
        "Nếu vẫn thực hiện, hãy ghi rõ lý do.",
        by=NeedsReason,
    ):
        walk.act(party, "cancel_budget", paper=paper, amount=80 * M)
    own = source(walk)
    with books(walk, ("contracted", own, -80 * M), ("allocated", own, -80 * M), ("cancelled", own, -80 * M)):
        walk.act(party, "cancel_budget", paper=paper, amount=80 * M, comment="Không còn nhu cầu.")
    with acting_as(holder):
        after = envelope(holder.organisation, YEAR, own)
    assert (after.left, after.assigned) == (before.left, before.assigned - 80 * M)
