"""Changes of projects over several budget years: of the parts to come, and of a year under way."""

from __future__ import annotations

import datetime as dt

import pytest

from accounts.tenancy import acting_as
from budgets.queries import balance
from khuyencong.demonstration.walk import Walk
from khuyencong.lib.workflow import Refused
from projects.services.files import LINE_FIELDS
from tests.projects.test_years import SECOND, TOTAL, parts_of, project_of
from tests.projects.walks import (
    FIRST,
    SUPPORT,
    approved,
    begun,
    draft,
    draft_over_years,
    in_progress,
    next_day,
)

pytestmark = pytest.mark.django_db


def test_money_moves_between_coming_years_and_the_total_stays() -> None:
    walk = draft_over_years()
    in_progress(walk)
    next_day(walk)
    moved = [
        {"year": FIRST + 1, "support": 120_000_000},
        {"year": FIRST + 2, "support": 180_000_000, "stages": "Lắp thêm dây chuyền thứ hai"},
    ]
    walk.ask_change("YEARS", "Cơ sở lắp đặt chậm.", changes={"years": moved})
    walk.confirm_change()
    walk.decide_change("agency.head")
    assert parts_of(walk) == [(FIRST, SUPPORT), (FIRST + 1, 120_000_000), (FIRST + 2, 180_000_000)]
    assert project_of(walk).approved_total == TOTAL


def test_a_change_of_the_years_keeps_the_total_and_leaves_begun_years_alone() -> None:
    walk = draft_over_years()
    in_progress(walk)
    begun(walk)
    next_day(walk)
    with pytest.raises(Refused, match=r"khác tổng kinh phí hỗ trợ đã duyệt 600.000.000 đồng"):
        walk.ask_change("YEARS", "Lý do.", changes={"years": [{"year": FIRST + 2, "support": 100_000_001}]})
    moved = [{"year": FIRST + 1, "support": 250_000_000}, {"year": FIRST + 2, "support": 50_000_000}]
    with pytest.raises(Refused, match=f"năm {FIRST + 1} đã lập hồ sơ riêng"):
        walk.ask_change("YEARS", "Lý do.", changes={"years": moved})


def test_an_ordinary_project_has_no_years_to_change() -> None:
    walk = draft()
    in_progress(walk)
    next_day(walk)
    with pytest.raises(Refused):
        walk.ask_change("YEARS", "Lý do.", changes={"years": []})


@pytest.mark.parametrize(
    ("kind", "support", "decider"),
    [("INCREASE_SUPPORT", 350_000_000, "ministry.leader"), ("DECREASE_SUPPORT", 250_000_000, "agency.head")],
)
def test_more_or_less_for_a_year_moves_its_part_and_the_total(kind: str, support: int, decider: str) -> None:
    walk = draft_over_years()
    in_progress(walk)
    next_day(walk)
    asks(walk, kind, support)
    if decider == "ministry.leader":
        walk.propose_change()
    walk.decide_change(decider)
    assert parts_of(walk)[0] == (FIRST, support)
    assert project_of(walk).approved_total == TOTAL - SUPPORT + support
    with acting_as(walk.who("centre")):
        assert balance(walk.year.pk).planned == support


def test_a_year_that_is_extended_does_not_move_the_end_of_the_project() -> None:
    walk = draft_over_years()
    in_progress(walk)
    next_day(walk)
    ends_on = project_of(walk).ends_on
    walk.ask_change(
        "EXTEND_NEXT_YEAR", "Thiết bị về chậm.", changes={"ends_on": dt.date(FIRST + 1, 3, 31)}
    ).confirm_change().propose_change().decide_change("ministry.leader", by_annex=False)
    assert project_of(walk).ends_on == ends_on
    with acting_as(walk.who("agency.head")):
        walk.act("agency.head", "sign_annex", paper=walk.paper("PLHĐ-ĐCK", "agency.head"))
        assert walk.now().contract_items.get().ends_on == dt.date(FIRST + 1, 3, 31)


def asks(walk: Walk, kind: str, support: int) -> Walk:
    """The unit asks that this year's support be ``support`` đồng; its department agrees."""
    with acting_as(walk.who("centre")):
        line = walk.now().estimate.get()
        new = {name: getattr(line, name) for name in LINE_FIELDS}
    new |= {"national": support, "unit_price": support + line.counterpart}
    return walk.ask_change(kind, "Giá máy thay đổi.", changes={"estimate": [new]}).confirm_change()


def two_years_changed() -> tuple[Walk, Walk]:
    """The first two years of a project, each with a request that its support fall by 50 million."""
    first = draft_over_years()
    in_progress(first)
    second = begun(first)
    approved(second)
    for walk in (first, second):
        next_day(walk)
    asks(first, "DECREASE_SUPPORT", SUPPORT - 50_000_000)
    asks(second, "DECREASE_SUPPORT", SECOND - 50_000_000)
    return first, second


def test_a_change_of_one_year_leaves_what_another_was_changed_to() -> None:
    first, second = two_years_changed()
    first.decide_change("agency.head")
    second.decide_change("agency.head")
    assert parts_of(first) == [(FIRST, 250_000_000), (FIRST + 1, 150_000_000), (FIRST + 2, 100_000_000)]
    assert project_of(first).approved_total == 500_000_000
