"""The pages as people use them: by labels, roles and sentences."""

from __future__ import annotations

import re
from collections.abc import Mapping

from playwright.sync_api import Locator, Page, expect

from tests.cast import PASSWORD

Answer = str | bool
Place = Page | Locator


def sign_in(page: Page, account: str) -> None:
    """On the page of signing in, on to the page one wanted."""
    fill_in(page, {"Tên đăng nhập": account, "Mật khẩu": PASSWORD})
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.locator(".kc-account")).to_be_visible()


def field(place: Place, label: str) -> Locator:
    """The input of a label; what follows it in small (required, locked) does not count."""
    return place.get_by_label(re.compile(rf"^\s*{re.escape(label)}\s*(\*|đang khóa|$)"))


def fill_in(place: Place, answers: Mapping[str, Answer]) -> None:
    """Type texts, choose from lists by what one reads there, tick boxes (True)."""
    for label, answer in answers.items():
        control = field(place, label)
        if isinstance(answer, bool):
            control.set_checked(answer)
        elif control.evaluate("control => control.tagName") == "SELECT":
            control.select_option(label=answer)
        else:
            control.fill(answer)


def choose(place: Place, question: str, answer: str) -> None:
    """One of several round buttons."""
    place.get_by_role("group", name=re.compile(rf"^{re.escape(question)}")).get_by_label(answer).check()


def press(page: Page, button: str) -> None:
    """The button of the page's form, and "Đồng ý" where it asks."""
    page.get_by_role("main").get_by_role("button", name=button, exact=True).click()


def told(page: Page, sentence: str) -> None:
    """The sentence that the program says after something was done."""
    expect(page.locator("[data-messages]")).to_contain_text(sentence)
