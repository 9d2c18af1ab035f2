"""Changes of group projects: what their plan of implementation says is not asked to be changed, money is."""

from __future__ import annotations

import pytest

from accounts.tenancy import acting_as
from khuyencong.demonstration.walk import Walk
from projects.change_requests import types_of
from projects.models import BeneficiaryShare
from projects.queries import shares_at
from tests.projects.books import last_event, refused, sums
from tests.projects.test_changes import money
from tests.projects.views.browsers import browser
from tests.projects.walks import LOCAL, NATIONAL, funded, group_funded, group_planned

pytestmark = pytest.mark.django_db

M = 1_000_000
REASON = "Số học viên đăng ký khác dự kiến."


def every_share(walk: Walk) -> list[tuple[int, str, int]]:
    """Establishment, state and support of all shares, those that ended too, in the order in which they came."""
    with acting_as(walk.who("dept")):
        rows = BeneficiaryShare.every.filter(project_year=walk.year).order_by("pk")
        return list(rows.values_list("establishment_id", "state", "support"))


@pytest.mark.parametrize("kind", ["PLACE", "BENEFICIARY", "PARTNER"])
def test_what_the_plan_of_a_group_says_is_not_asked_to_be_changed(kind: str) -> None:
    walk, [_] = group_planned(NATIONAL, 300 * M)
    with refused(
        walk,
        "Địa điểm, cơ sở thụ hưởng, đơn vị phối hợp của đề án nhóm theo kế hoạch triển khai (Mẫu 11), không theo đề "
        "nghị điều chỉnh. Hãy chọn loại điều chỉnh khác.",
    ):
        walk.ask_change(kind, REASON, changes={})
    with acting_as(walk.who("centre")):
        offered = types_of(walk.now().project)
    page = browser("centre.head.hai-phong").get(f"/de-an/{walk.year.project.code}/dieu-chinh/de-nghi/")
    text = page.content.decode()
    assert [f"loai={each}" in text for each in offered] == [True] * 8
    assert f"loai={kind}" not in text


def test_other_files_may_ask_for_every_type() -> None:
    walk = funded(NATIONAL)
    with acting_as(walk.who("centre")):
        assert len(types_of(walk.now().project)) == 11


def test_parts_of_a_group_change_as_new_rows_within_the_support() -> None:
    walk, [first, second] = group_planned(NATIONAL, 150 * M, 100 * M)
    planned = last_event(walk)
    rows = [{"establishment": second.pk, "support": 151 * M}]
    with refused(
        walk, "Các cơ sở thụ hưởng cộng lại hỗ trợ 301.000.000 đồng, khác của hồ sơ 300.000.000 đồng."
    ):
        walk.ask_change("SAME_TOTAL", REASON, changes={"beneficiaries": rows})
    rows[0]["support"] = 140 * M
    walk.ask_change("SAME_TOTAL", REASON, changes={"beneficiaries": rows}).confirm_change()
    walk.decide_change("agency.head")
    assert every_share(walk) == [
        (first.pk, "confirmed", 150 * M),
        (second.pk, "replaced", 100 * M),
        (second.pk, "confirmed", 140 * M),
    ]
    with acting_as(walk.who("dept")):
        assert [share.support for share in shares_at(planned)] == [150 * M, 100 * M]
        assert [share.support for share in shares_at(last_event(walk))] == [150 * M, 140 * M]


def test_more_money_for_a_group_does_not_go_to_its_one_beneficiary_unasked() -> None:
    walk, [only] = group_planned(NATIONAL, 300 * M)
    walk.ask_change("INCREASE_SUPPORT", REASON, **money(walk, 350 * M, 500 * M)).confirm_change()
    walk.propose_change().decide_change("ministry.leader")
    assert every_share(walk) == [(only.pk, "confirmed", 300 * M)]
    assert sums(walk).planned == 350 * M


def test_an_approved_part_of_any_file_that_changes_ends_and_stays_readable() -> None:
    walk = funded(NATIONAL)
    [(key, state, support)] = every_share(walk)
    walk.ask_change("DECREASE_SUPPORT", REASON, **money(walk, 250 * M, 400 * M)).confirm_change()
    walk.decide_change("agency.head")
    assert (state, support) == ("confirmed", 300 * M)
    assert every_share(walk) == [(key, "replaced", 300 * M), (key, "confirmed", 250 * M)]


def test_work_of_a_group_without_an_approved_plan_is_not_accepted_after_a_stop() -> None:
    walk = group_funded(LOCAL)
    walk.contract(300 * M).stop("Bão lớn.", force_majeure=True)
    with refused(walk, "Kế hoạch triển khai (Mẫu 11) của đề án nhóm chưa được Sở Công Thương phê duyệt."):
        walk.accept()
