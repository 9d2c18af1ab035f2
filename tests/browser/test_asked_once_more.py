"""Before money moves the program asks once more, and says the sums as they were typed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import main_of
from tests.cast import position
from tests.factories import make_file
from tests.projects import walks

pytestmark = pytest.mark.django_db(transaction=True)

Person = Callable[[str], Page]


def test_a_decision_says_its_lines_its_sum_and_its_number(person: Person) -> None:
    centre = position("centre.hai-phong")
    one, two = (
        make_file(by=centre, programme="NATIONAL", state="proposed", support=support, sent=True)
        for support in (300_000_000, 200_000_000)
    )
    page = person("ministry.leader")
    page.goto(f"/danh-muc/lap/approve/national/{walks.YEAR}/")
    page.get_by_label("số, ký hiệu").fill("15/QĐ-BCT")
    page.locator(f"[name=verdict-{one.pk}]").select_option("AMEND")
    page.locator(f"[name=amount-{one.pk}]").fill("1,5 tỷ")
    page.locator(f"[name=verdict-{two.pk}]").select_option("REJECT")
    main_of(page).get_by_role("button", name="Phê duyệt kế hoạch", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Phê duyệt kế hoạch theo quyết định số 15/QĐ-BCT ngày")
    expect(dialog).to_contain_text("Phê duyệt mức khác: 1 hồ sơ, 1.500.000.000 đồng")
    expect(dialog.locator("p")).to_contain_text("Không chọn: 1 hồ sơ\n")
    dialog.get_by_role("button", name="Xem lại").click()
    expect(page.locator(".kc-limit [data-chosen]")).to_have_text("1.500.000.000")


def test_money_that_is_recorded_says_how_much_under_which_paper(person: Person) -> None:
    page = person("agency.officer")
    page.goto("/kinh-phi/du-toan-giao/")
    page.get_by_label("Số được giao").fill("-250 triệu")
    page.get_by_label("Số, ký hiệu văn bản").fill("9/QĐ-BTC")
    main_of(page).get_by_role("button", name="Ghi", exact=True).click()
    expect(page.get_by_role("dialog")).to_contain_text("-250.000.000 đồng, theo văn bản 9/QĐ-BTC ngày")
