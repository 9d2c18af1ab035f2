"""The dark in the browser: chosen in the menu of the account, seen at once, and not on paper."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)

LIGHT, DARK, WHITE = "rgb(243, 245, 248)", "rgb(17, 22, 28)", "rgb(255, 255, 255)"


def ground(page: Page) -> str:
    """Colour behind everything."""
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def choose(page: Page, theme: str) -> None:
    page.locator(".kc-account summary").click()
    page.locator(".kc-theme").get_by_role("button", name=theme).click()
    page.wait_for_load_state()


def test_the_dark_is_chosen_in_the_menu_and_is_not_printed(person: Callable[[str], Page]) -> None:
    page = person("dept.hai-phong")
    page.goto("/kinh-phi/?year=2027")
    page.emulate_media(color_scheme="light")
    assert ground(page) == LIGHT
    page.emulate_media(color_scheme="dark")
    assert ground(page) == DARK
    choose(page, "Sáng")
    assert (page.url.partition("/kinh-phi/")[2], ground(page)) == ("?year=2027", LIGHT)
    choose(page, "Tối")
    page.emulate_media(color_scheme="light")
    assert ground(page) == DARK
    page.emulate_media(media="print")
    assert ground(page) == WHITE
