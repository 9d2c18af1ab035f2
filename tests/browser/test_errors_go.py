"""What was wrong is said until it is put right, in the order of the page, and is no news from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import main_of
from tests.projects import walks

pytestmark = pytest.mark.django_db(transaction=True)

Person = Callable[[str], Page]


@pytest.fixture
def page(windows: object, person: Person) -> Page:
    """The centre's officer before the content of his draft."""
    code = walks.draft().year.project.code
    page = person("centre.hai-phong")
    page.goto(f"/de-an/{code}/noi-dung/")
    return page


def send(page: Page) -> None:
    main_of(page).get_by_role("button", name="Lưu", exact=True).click()
    page.wait_for_load_state("load")


def test_an_error_goes_when_its_field_is_corrected(page: Page) -> None:
    page.locator("[name=ends_on]").fill("31/02/2027")
    page.locator("[name=title]").fill("")
    send(page)
    summary = page.locator("[data-summary]")
    expect(summary.locator("li")).to_have_count(2)
    expect(summary.locator("li").first).to_contain_text("Tên")
    expect(summary).to_contain_text("Tháng 2 năm 2027 không có ngày 31.")
    page.locator("[name=ends_on]").fill("28/02/2027")
    page.locator("[name=ends_on]").blur()
    expect(summary.locator("h2")).to_contain_text("Còn 1 chỗ cần sửa")
    expect(page.locator("#id_ends_on_error")).to_have_count(0)
    expect(page.locator("[name=ends_on]")).not_to_have_class("is-invalid")


def test_what_was_refused_and_corrected_in_one_tab_is_no_second_version(page: Page) -> None:
    ends = page.locator("[name=ends_on]")
    ends.fill("31/02/2027")
    send(page)
    ends.fill("32/03/2027")  # wrong again: never stored
    ends.blur()
    expect(page.locator(".kc-keep")).to_contain_text("trừ 1 chỗ cần sửa")
    page.goto(page.url)  # what is stored, and not once more what was sent
    expect(ends).to_have_value("32/03/2027")
    expect(page.locator("[data-conflict]")).to_have_count(0)


def test_the_button_is_pressed_although_the_correction_before_it_takes_the_errors_away(
    person: Person, windows: object
) -> None:
    page = person("centre.hai-phong")
    page.goto("/de-an/moi/")
    page.get_by_label("Nội dung hoạt động khuyến công").select_option(index=1)
    button = main_of(page).get_by_role("button", name="Lập hồ sơ")
    button.click()
    expect(page.locator("[data-summary]")).to_be_visible()
    page.locator("[name=title]").fill("Hỗ trợ máy cắt")
    box = button.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 10)
    page.mouse.down()
    page.mouse.up()
    expect(page).to_have_url(re.compile("/noi-dung/$"))
