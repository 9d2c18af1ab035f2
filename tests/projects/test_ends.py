"""Ends of an approved file: stop, force majeure, termination (chain.md §3.5)."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from accounts.tenancy import acting_as
from budgets.limits import limit_sentence
from khuyencong.lib.workflow import NeedsReason
from projects.models import (
    ChangeRequest,
)
from tests.cast import position
from tests.factories import make_event
from tests.projects.books import books, refused, source, state, sums
from tests.projects.test_changes import BOTH, M, change_of, tasks
from tests.projects.walks import (
    LOCAL,
    NATIONAL,
    at_work,
    draft,
    funded,
    next_day,
    reported,
    submitted,
)

pytestmark = pytest.mark.django_db


@BOTH
def test_a_stop_needs_its_request(programme: str) -> None:
    walk = funded(programme)
    who, series = ("ministry.leader", "QĐ-BCT") if walk.national else ("committee", "QĐ-UBND")
    with refused(walk, "Chưa có đề nghị ngừng thực hiện nào đã được xác nhận và trình."):
        walk.act(who, "stop", paper=walk.paper(series, who))
    with refused(walk, "Chưa có tờ trình ngừng thực hiện do vi phạm."):
        walk.act(who, "terminate", paper=walk.paper(series, who))


@BOTH
def test_after_a_stop_the_advance_comes_back_and_the_file_is_closed(programme: str) -> None:
    walk = reported(programme)
    walk.ask_advance(120 * M).advance(120 * M)
    next_day(walk)
    own = source(walk)
    with books(
        walk, ("contracted", own, -180 * M), ("allocated", own, -180 * M), ("adjusted", own, -180 * M)
    ):
        walk.stop("Cơ sở ngừng sản xuất.")
    assert (state(walk), change_of(walk).outcome) == ("stopped", "APPROVED")
    assert "refund" in tasks("centre.accountant.hai-phong")
    with refused(walk, "Số phải hoàn trả còn 120.000.000 đồng."):
        walk.refund(121 * M)
    walk.refund(120 * M)
    assert "refund" not in tasks("centre.head.hai-phong")
    walk.close()
    assert (state(walk), change_of(walk).before["support"]) == ("closed", 300 * M)


@BOTH
def test_force_majeure_settles_the_work_that_was_done(programme: str) -> None:
    walk = reported(programme)
    walk.ask_advance(120 * M).advance(120 * M)
    next_day(walk)
    with books(walk):  # all stays until the work is settled
        walk.stop("Bão làm sập xưởng.", force_majeure=True)
    with refused(
        walk,
        "Hồ sơ ngừng thực hiện không có khối lượng được nghiệm thu nên không quyết toán; "
        "phần đã tạm ứng phải hoàn trả.",
        "Kinh phí đề nghị quyết toán 100.000.000 đồng vượt kinh phí đã nghiệm thu 0 đồng.",
    ):
        walk.ask_payment(100 * M, 300 * M)
    assert "accept" in tasks("dept.hai-phong")
    next_day(walk)
    with acting_as(walk.who("dept2")):
        share = walk.now().shares.get()
    minutes = {"form": "5a", "works": "Khối lượng đã thực hiện.", "outputs": {}}
    done = [{"share": share.pk, "support": 100 * M, "counterpart": 200 * M}]
    walk.act(
        "dept2",
        "accept",
        paper=walk.paper("BBNT-SCT", "dept"),
        shares=done,
        comment="Bất khả kháng.",
        **minutes,
    )
    assert (state(walk), sums(walk).accepted) == ("stopped", 100 * M)
    assert "accept" not in tasks("dept.hai-phong")
    with refused(walk, "Số phải hoàn trả còn 20.000.000 đồng."):
        walk.refund(21 * M)
    walk.ask_payment(100 * M, 300 * M).confirm_dossier()
    walk.pay(cleared=100 * M)
    own = source(walk)
    with books(
        walk,
        ("settled", own, 100 * M),
        ("contracted", own, -180 * M),
        ("allocated", own, -180 * M),
        ("adjusted", own, -180 * M),
    ):
        walk.settle(100 * M, 300 * M)
    walk.refund(20 * M)
    walk.close()
    assert state(walk) == "closed"


def test_a_stop_keeps_what_was_accepted() -> None:
    walk = at_work(NATIONAL, shares=2)
    with acting_as(walk.who("dept")):
        first = walk.now().shares.select_related("establishment").first()
    assert first is not None
    walk.accept(only=[first.establishment.tax_code])
    next_day(walk)
    walk.stop("Cơ sở thứ hai phá sản.")
    total = sums(walk)
    assert (total.accepted, total.contracted, total.allocated, total.planned) == (150 * M,) * 4
    with acting_as(walk.who("dept")):
        assert list(walk.now().shares.values_list("support", flat=True)) == [150 * M, 0]
    walk.ask_payment(150 * M, 360 * M).confirm_dossier()
    walk.pay(paid=150 * M)
    walk.settle(150 * M, 360 * M)
    walk.close()
    assert state(walk) == "closed"


@BOTH
def test_a_termination_marks_the_unit_at_its_next_appraisal(programme: str) -> None:
    walk = funded(programme)
    walk.ask_change("STOP", "Xin ngừng.")
    walk.terminate("Lập khống chứng từ.")
    assert state(walk) == "stopped"
    with acting_as(walk.who("dept")):
        outcomes = list(walk.now().changes.values_list("type", "outcome"))
        paper = walk.now().events.get(action="terminate").paper
    assert outcomes == [("STOP", "RETURNED"), ("TERMINATE", "APPROVED")]
    other = draft(programme, scene=walk.scene)
    submitted(other)
    sentence = (
        "Đơn vị thực hiện có đề án bị ngừng do vi phạm, không đáp ứng yêu cầu: "
        f"{walk.year.project.code} ({paper})."
    )
    with refused(other, sentence, "Nếu vẫn thực hiện, hãy ghi rõ lý do.", by=NeedsReason):
        other.appraise()
    other.appraise(comment="Đơn vị đã khắc phục.")
    assert state(other) == "appraised_department"


def test_who_proposed_a_termination_does_not_decide_it_and_the_database_refuses_it_too() -> None:
    walk = funded(LOCAL)
    proposal = walk.paper("TTr-SCT", "dept.head")
    walk.act("dept.head", "propose_termination", paper=proposal, comment="Lập khống chứng từ.")
    with acting_as(walk.who("dept")):
        change = ChangeRequest.objects.get(project_year=walk.year)
        event = change.requested
    same_person = position("committee.hai-phong")
    assert event.person_id != same_person.person_id
    with acting_as(walk.who("dept.head")), pytest.raises(IntegrityError) as refusal, transaction.atomic():
        make_event(walk.now(), "terminate", by=walk.who("dept.head"))
    assert limit_sentence(refusal.value) == (
        "Ông, bà đã xác nhận hoặc trình đề nghị này nên không được quyết định nó (nguyên tắc hai người). "
        "Hãy chuyển cho người khác cùng thẩm quyền."
    )
