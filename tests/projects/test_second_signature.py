"""The accountant's signature beside the head's: before it nothing is decided, after it just what was signed."""

from __future__ import annotations

import datetime as dt

import pytest

from accounts.models import Position
from accounts.tenancy import acting_as
from khuyencong.demonstration.walk import Walk
from khuyencong.lib.dates import today
from khuyencong.lib.workflow import NeedsReason
from projects.services.acts import act
from projects.tasks import tasks_of
from tests.cast import position
from tests.projects.books import books, refused, source, state
from tests.projects.test_persons import also, seated, unseated
from tests.projects.walks import LOCAL, NATIONAL, accepted, confirmed, reported

pytestmark = pytest.mark.django_db

BOTH = pytest.mark.parametrize("programme", [NATIONAL, LOCAL])
FIRST = (
    "Kế toán trưởng chưa kiểm tra, ký số tiền này; người đứng đầu quyết định sau chữ ký của kế toán trưởng."
)
ONE = "Ông, bà đã kiểm tra khoản này với tư cách kế toán nên không đồng thời quyết định; người khác phải làm."
M = 1_000_000


def decides(walk: Walk, action: str, account: str = "", series: str = "UNC", **amounts: int) -> None:
    """The head alone, without the accountant whom the walk would ask first."""
    account = account or walk.party_a
    walk.act(account, action, paper=walk.paper(series, account), **amounts)


def expects(walk: Walk, account: str) -> set[str]:
    by = walk.who(account)
    with acting_as(by):
        return {task.action.name for task in tasks_of(by, today())}


@BOTH
def test_an_advance_goes_out_after_the_accountant_and_as_he_signed_it(programme: str) -> None:
    walk = reported(programme)
    walk.ask_advance(100 * M)
    with refused(walk, FIRST):
        decides(walk, "advance", amount=100 * M)
    assert "check_advance" in expects(walk, walk.accountant_a)
    assert "advance" not in expects(walk, walk.party_a)
    walk.act(walk.accountant_a, "check_advance", amount=90 * M)
    assert "check_advance" not in expects(walk, walk.accountant_a)
    assert "advance" in expects(walk, walk.party_a)
    with refused(
        walk,
        "Khác số kế toán trưởng đã kiểm tra: số tiền 100.000.000 đồng, kế toán trưởng đã ký 90.000.000 đồng. "
        "Hãy ghi đúng số đó, hoặc để kế toán kiểm tra lại.",
    ):
        decides(walk, "advance", amount=100 * M)
    with books(walk, ("advanced", source(walk), 90 * M)):
        decides(walk, "advance", amount=90 * M)


@BOTH
def test_the_check_of_one_request_does_not_serve_the_next(programme: str) -> None:
    walk = reported(programme)
    walk.ask_advance(10 * M)
    walk.act(walk.accountant_a, "check_advance", amount=10 * M)
    walk.act(walk.party_a, "return_advance", comment="Thiếu giấy tờ.")
    walk.ask_advance(10 * M)
    with refused(walk, FIRST):
        decides(walk, "advance", amount=10 * M)


def test_a_check_is_done_again_with_a_reason_and_then_counts() -> None:
    walk = reported(NATIONAL)
    walk.ask_advance(10 * M)
    walk.act(walk.accountant_a, "check_advance", amount=9 * M)
    with pytest.raises(NeedsReason):
        walk.act(walk.accountant_a, "check_advance", amount=8 * M)
    walk.act(walk.accountant_a, "check_advance", amount=8 * M, comment="Tính lại.")
    with books(walk, ("advanced", "NATIONAL", 8 * M)):
        decides(walk, "advance", amount=8 * M)


@BOTH
def test_paying_and_settling_need_a_signature_each(programme: str) -> None:
    walk = confirmed(programme)
    with refused(walk, FIRST):
        decides(walk, "pay", cleared=0, paid=300 * M)
    with refused(walk, FIRST):
        decides(walk, "settle", series=f"BBTL-{walk.series_a}", settled=300 * M, real_cost=720 * M)
    walk.settle(300 * M, 720 * M)
    with refused(walk, FIRST):
        decides(walk, "pay", cleared=0, paid=300 * M)
    walk.act(walk.accountant_a, "check_payment", cleared=0, paid=300 * M)
    with books(walk, ("paid", source(walk), 300 * M)):
        decides(walk, "pay", cleared=0, paid=300 * M)


@BOTH
def test_the_dossier_bears_the_signature_of_the_units_accountant(programme: str) -> None:
    walk = accepted(programme)
    asked = {"amount": 300 * M, "real_cost": 720 * M}
    assert "check_payment_request" in expects(walk, "centre.accountant")
    with refused(walk, FIRST):
        decides(walk, "request_payment", "centre.head", "TTKC-KC", **asked)
    walk.act("centre.accountant", "check_payment_request", **asked)
    decides(walk, "request_payment", "centre.head", "TTKC-KC", **asked)


@BOTH
def test_what_comes_back_is_the_accountants_work_on_both_sides(programme: str) -> None:
    walk = confirmed(programme, advance=100 * M)
    walk.settle(90 * M, 720 * M).pay(cleared=90 * M)
    walk.act("centre.accountant", "refund", paper=walk.paper("GNT"), amount=10 * M)
    with refused(walk, "Kế toán cơ quan chi chưa xác nhận đã nhận số hoàn trả."):
        walk.close()
    assert "confirm_refund" in expects(walk, walk.accountant_a)
    walk.act(walk.accountant_a, "confirm_refund")
    with refused(walk, "Không có khoản hoàn trả nào chờ xác nhận."):
        walk.act(walk.accountant_a, "confirm_refund")
    walk.close()
    assert state(walk) == "closed"


def test_the_accountant_who_has_become_head_does_not_decide_what_he_signed() -> None:
    walk = reported(LOCAL)
    walk.ask_advance(10 * M)
    walk.act("dept.accountant", "check_advance", amount=10 * M)
    accountant, head = "dept.accountant.hai-phong", "dept.head.hai-phong"
    Position.objects.filter(pk=position(accountant).pk).update(valid_to=dt.date(2026, 1, 31))
    walk.scene.people[head] = also(accountant, head, valid_from=dt.date(2026, 2, 1))
    with refused(walk, ONE):
        decides(walk, "advance", amount=10 * M)
    unseated(walk, "dept.head")
    decides(walk, "advance", amount=10 * M)


def test_an_accountant_of_the_unit_does_not_check_for_the_paying_body() -> None:
    walk = reported(LOCAL)
    walk.ask_advance(10 * M)
    seated(walk, "dept.accountant", "centre.accountant")
    by = walk.who("dept.accountant")
    with (
        refused(
            walk,
            "Ông, bà đã soạn, gửi hoặc thực hiện đề án này nên không làm việc này được; người khác phải làm.",
        ),
        acting_as(by),
    ):
        act(walk.now(), "check_advance", by=by, on=walk.day, amount=10 * M)
