"""The documentation of the API under the policy of every page: what Chromium refuses fails in `windows`."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import main_of
from tests.browser.test_accessibility import faults_on

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_documentation_is_read_on_desk_and_phone(person: Callable[[str], Page]) -> None:
    page = person("dept.hai-phong")
    page.goto("/toi/")
    main_of(page).get_by_role("link", name="API", exact=True).click()
    main = main_of(page)
    expect(main.get_by_role("heading", level=1)).to_have_text("API của chương trình")
    main.get_by_role("link", name="Thực hiện một việc trên các dòng của một danh mục").first.click()
    section = page.locator("section#act_on_list")
    expect(section).to_be_in_viewport()
    example = section.locator("details").nth(1)
    expect(example.locator("pre")).to_be_hidden()
    example.locator("summary").click()
    expect(example.locator("pre")).to_contain_text("/api/v1/lists/42/actions/approve/")
    assert list(faults_on(page)) == []
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/desk.png")
        page.evaluate("scrollTo(0, 0)")
        page.screenshot(path=f"{folder}/top.png")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if folder:
        section.scroll_into_view_if_needed()
        page.screenshot(path=f"{folder}/phone.png")
