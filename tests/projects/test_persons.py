"""Nobody acts on his own work, by person over all positions; and nobody acts outside his position's days."""

from __future__ import annotations

import datetime as dt

import pytest

from accounts.models import Position
from accounts.tenancy import acting_as
from khuyencong.demonstration.walk import NATIONWIDE, Walk
from khuyencong.lib.dates import short_date, today
from khuyencong.lib.workflow import Forbidden
from projects.chain import CHAIN, PaperData
from tests.cast import position
from tests.projects.books import books, refused, state
from tests.projects.walks import (
    LOCAL,
    NATIONAL,
    accepted,
    decide,
    draft,
    in_progress,
    next_day,
    ready_to_propose,
    submitted,
)

pytestmark = pytest.mark.django_db

BOTH = pytest.mark.parametrize("programme", [NATIONAL, LOCAL])
OWN_WORK = "Ông, bà đã soạn, gửi hoặc thực hiện đề án này nên không làm việc này được; người khác phải làm."


def also(person_of: str, seat: str, **days: dt.date) -> Position:
    """A second position for the person of ``person_of``, like that of ``seat``."""
    like = position(seat)
    made = Position.objects.create(
        person=position(person_of).person,
        organisation=like.organisation,
        kind=like.kind,
        title=like.title,
        **{"valid_from": dt.date(2025, 7, 1), **days},
    )
    return Position.objects.select_related(
        "organisation__province", "organisation__tenant", "person", "scope_province"
    ).get(pk=made.pk)


def seated(walk: Walk, account: str, person_of: str) -> None:
    """From now on ``account`` of the story is held by the person of ``person_of``, who keeps his own position."""
    name = _full(walk, account)
    walk.scene.people[name] = also(_full(walk, person_of), name)


def unseated(walk: Walk, account: str) -> None:
    """Back to the cast."""
    name = _full(walk, account)
    walk.scene.people[name] = position(name)


def _full(walk: Walk, account: str) -> str:
    return account if account.startswith(NATIONWIDE) else f"{account}.{walk.slug}"


def approver(walk: Walk) -> str:
    return "ministry.leader" if walk.national else "committee"


@BOTH
@pytest.mark.parametrize("person", ["centre", "centre.head"])
def test_who_wrote_or_implements_a_file_does_not_appraise_it_in_another_position(
    programme: str, person: str
) -> None:
    walk = draft(programme)
    submitted(walk)
    seated(walk, "dept", person)
    with refused(walk, OWN_WORK):
        walk.appraise()


@BOTH
def test_who_wrote_a_file_takes_no_part_in_any_list_that_decides_on_it(programme: str) -> None:
    walk = draft(programme)
    ready_to_propose(walk)
    seated(walk, walk.party_a, "centre")
    with refused(walk, f"{walk.year}: {OWN_WORK}"):
        decide("propose", walk)
    unseated(walk, walk.party_a)
    decide("propose", walk)
    seated(walk, approver(walk), "centre")
    with refused(walk, f"{walk.year}: {OWN_WORK}"):
        decide("approve", walk)


@BOTH
@pytest.mark.parametrize("earlier", ["appraised", "proposed"])
def test_who_appraised_or_proposed_a_file_does_not_approve_it(programme: str, earlier: str) -> None:
    walk = draft(programme)
    ready_to_propose(walk)
    decide("propose", walk)
    seated(walk, approver(walk), "dept" if earlier == "appraised" else walk.party_a)
    with refused(
        walk,
        f"{walk.year}: Ông, bà đã thẩm định hoặc trình đề án này nên không phê duyệt được; "
        "người khác phải phê duyệt.",
    ):
        decide("approve", walk)


@BOTH
def test_who_began_the_work_does_not_accept_it(programme: str) -> None:
    walk = draft(programme)
    in_progress(walk)
    seated(walk, "dept2", "centre")
    with refused(walk, OWN_WORK):
        walk.accept()


def test_local_money_is_confirmed_by_one_person_and_decided_by_another() -> None:
    walk = draft(LOCAL)
    in_progress(walk)
    next_day(walk)
    walk.progress(80, 520_000_000).ask_advance(100)
    seated(walk, "dept.head", "dept")
    sentence = "Ông, bà là người đã xác nhận nên không đồng thời quyết định chi; người khác phải quyết định."
    with refused(walk, sentence, after=["check_advance"]):
        walk.advance(100)
    unseated(walk, "dept.head")
    walk.advance(100)
    walk.accept()
    walk.ask_payment(100, 720_000_000).confirm_dossier()
    seated(walk, "dept.head", "dept")
    with refused(walk, sentence, after=["check_payment"]):
        walk.pay(cleared=100)
    with refused(walk, sentence, after=["check_settlement"]):
        walk.settle(100, 720_000_000)


def test_national_money_is_confirmed_by_the_department_and_decided_by_the_agency() -> None:
    walk = accepted(NATIONAL)
    walk.ask_payment(100, 720_000_000).confirm_dossier()
    walk.settle(100, 720_000_000)
    assert state(walk) == "settled"


# -- days -----------------------------------------------------------------------------------------------------


def test_a_day_in_the_future_is_refused() -> None:
    walk = draft(NATIONAL)
    walk.day = today() + dt.timedelta(days=1)
    sentence = f"Ngày {short_date(walk.day)} ở tương lai. Hãy ghi ngày của văn bản, không sau hôm nay."
    with refused(walk, sentence):
        walk.submit()


def test_a_day_before_the_previous_step_is_refused() -> None:
    walk = draft(NATIONAL)
    submitted(walk)
    since = walk.day - dt.timedelta(days=1)
    walk.day = since - dt.timedelta(days=1)
    sentence = (
        f"Ngày {short_date(walk.day)} trước ngày của bước liền trước ({short_date(since)}). "
        "Hãy kiểm tra lại ngày của văn bản."
    )
    with refused(walk, sentence):
        walk.appraise()


def test_a_position_signs_only_papers_of_its_own_days() -> None:
    walk = draft(NATIONAL)
    submitted(walk)
    walk.scene.people["dept.hai-phong"] = also("dept2.hai-phong", "dept.hai-phong", valid_from=today())
    sentence = f"Vào ngày {short_date(walk.day)} ông, bà không giữ chức vụ này nên không ký được việc này."
    with refused(walk, sentence, by=Forbidden):
        walk.appraise()
    walk.day = today()
    walk.appraise()


# -- the late dossier -----------------------------------------------------------------------------------------


def test_after_22_january_an_advance_is_cleared_without_the_dossier_but_nothing_new_is_paid() -> None:
    walk = accepted(LOCAL, advance=100)
    accountant, head = walk.who("dept.accountant"), walk.who("dept.head")

    def pay(cleared: int, paid: int, on: dt.date) -> None:
        amounts = {"cleared": cleared, "paid": paid}
        paper = {"paper": PaperData(f"{on:%d}/UNC", on)}
        for by, action, more in ((accountant, "check_payment", {}), (head, "pay", paper)):
            with acting_as(by):
                CHAIN.perform(
                    walk.now(), action, by=by, on=on, today=on, expected_state=None, details=amounts | more
                )

    with refused(walk, "Đơn vị thực hiện chưa nộp hồ sơ thanh toán, quyết toán."):
        pay(100, 0, dt.date(2028, 1, 22))
    late = "Đơn vị thực hiện chưa nộp hồ sơ quyết toán: chỉ được thanh toán tạm ứng đã chuyển, chưa chi mới."
    with refused(walk, late):
        pay(100, 1, dt.date(2028, 1, 23))
    with books(walk, ("cleared", LOCAL, 100)):
        pay(100, 0, dt.date(2028, 1, 23))
    assert state(walk) == "accepted"
