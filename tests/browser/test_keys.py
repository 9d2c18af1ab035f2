"""Keys: told by "?", quick where nobody types, letters where somebody does."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import main_of
from tests.browser.test_accessibility import faults_on
from tests.cast import position
from tests.factories import make_establishment

pytestmark = pytest.mark.django_db(transaction=True)

CENTRE = "centre.hai-phong"


def path_of(page: Page) -> str:
    return urlsplit(page.url).path


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent"))


def test_keys_are_told_and_lead_to_pages(person: Callable[[str], Page]) -> None:
    page = person(CENTRE)
    page.keyboard.press("?")
    told = page.get_by_role("dialog", name="Phím tắt")
    expect(told).to_contain_text("đến Cơ sở CNNT")
    expect(told).not_to_contain_text("Danh mục, tờ trình")  # a centre has none
    assert list(faults_on(page)) == []
    page.keyboard.press("g")
    page.keyboard.press("d")
    expect(told).to_be_visible()  # nothing happens behind an open table
    page.keyboard.press("Escape")
    expect(told).to_have_count(0)
    origin = page.url.removesuffix("/")
    for letter, place in (("d", "/de-an/"), ("c", "/co-so/"), ("h", "/")):
        page.keyboard.press("g")
        page.keyboard.press(letter)
        page.wait_for_url(f"{origin}{place}")
    page.keyboard.press("g")
    page.keyboard.press("m")
    assert path_of(page) == "/"


def test_a_list_is_walked_and_opened(person: Callable[[str], Page]) -> None:
    made = [make_establishment(by=position(CENTRE), name=f"Hợp tác xã {letter}") for letter in "ABC"]
    page = person(CENTRE)
    page.goto("/co-so/")
    steps = []
    for key in "jjkjjj":
        page.keyboard.press(key)
        steps.append(focused(page)[-1])
    assert "".join(steps) == "ABABCC"
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/co-so/{made[2].pk}/")


def test_who_types_gets_letters(person: Callable[[str], Page]) -> None:
    page = person(CENTRE)
    page.goto("/de-an/?programme=LOCAL")
    page.keyboard.press("/")
    page.keyboard.type("gh?jk/")
    assert page.locator("[data-search]").input_value() == "gh?jk/"
    assert page.get_by_role("dialog").count() == 0
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/de-an/?q=gh%3Fjk%2F*")


def test_letters_are_switched_off_for_those_who_do_not_want_them(person: Callable[[str], Page]) -> None:
    page = person(CENTRE)
    page.keyboard.press("?")
    page.get_by_label("Dùng các phím một chữ trên trình duyệt này").uncheck()
    page.get_by_role("button", name="Đóng").click()
    page.reload()
    page.keyboard.press("?")
    page.keyboard.press("g")
    page.keyboard.press("d")
    assert (page.get_by_role("dialog").count(), path_of(page)) == (0, "/")
    page.locator(".kc-account summary").click()
    page.get_by_role("button", name="Phím tắt").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def test_ctrl_enter_presses_the_main_button_and_is_asked_like_it(person: Callable[[str], Page]) -> None:
    page = person("dept.hai-phong")
    page.goto("/kinh-phi/du-kien/?year=2027")
    page.locator("[name=basis]").fill("Công văn số 1")
    page.locator("[name=amount]").fill("300 triệu")
    page.keyboard.press("Control+Enter")
    asked = page.get_by_role("dialog")
    expect(asked).to_contain_text("300.000.000 đồng. Ghi?")
    asked.get_by_role("button", name="Đồng ý").click()
    expect(main_of(page)).to_contain_text("Đã ghi số dự kiến.")
