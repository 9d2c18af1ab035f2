"""The pages as people use them: by labels, roles and sentences."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.browser.hands import hands
from tests.cast import PASSWORD

Answer = str | bool
Place = Page | Locator


def sign_in(page: Page, account: str) -> None:
    """On the page of signing in, on to the page one wanted."""
    fill_in(page, {"Tên đăng nhập": account, "Mật khẩu": PASSWORD})
    hands().press(page.get_by_role("button", name="Đăng nhập"))
    expect(
        page.locator(".kc-account, #user-tools")
    ).to_be_visible()  # the operator lands on a page of Django's


def main_of(page: Page) -> Locator:
    return page.get_by_role("main")


def field(place: Place, label: str) -> Locator:
    """The input of a label; what follows it in small (required, locked) does not count."""
    return place.get_by_label(re.compile(rf"^\s*{re.escape(label)}\s*(\*|đang khóa|$)"))


def fill_in(place: Place, answers: Mapping[str, Answer]) -> None:
    """Type texts, choose from lists by what one reads there, tick boxes (True)."""
    for label, answer in answers.items():
        control = field(place, label)
        if isinstance(answer, bool):
            hands().tick(control, on=answer)
        elif control.evaluate("control => control.tagName") == "SELECT":
            hands().pick(control, answer)
        else:
            hands().write(control, answer)


def choose(place: Place, question: str, answer: str) -> None:
    """One of several round buttons."""
    hands().choose(place.get_by_role("group", name=question), answer)


def follow(place: Place, link: str) -> None:
    hands().press(place.get_by_role("link", name=link, exact=True).first)


def press(page: Page, button: str) -> None:
    """A button of the page, and "Đồng ý" where it asks once more."""
    pressed = main_of(page).get_by_role("button", name=button, exact=True)
    asks = pressed.evaluate("button => 'confirm' in button.form.dataset")
    hands().press(pressed)
    if asks:
        hands().press(page.get_by_role("dialog").get_by_role("button", name="Đồng ý"))


def told(page: Page, sentence: str) -> None:
    """The sentence that the program says after something was done."""
    expect(page.locator("[data-messages]")).to_contain_text(sentence)


def has_task(page: Page, label: str) -> None:
    """On the first page stands what is expected of one today."""
    expect(page.locator(".kc-tasks").get_by_role("link", name=label).first).to_be_visible()


def act(page: Page, code: str, label: str, answers: Mapping[str, Answer] | None = None) -> None:
    """An act on a file, from the button on its first page to the sentence that it is done."""
    hands().open_file(page, code)
    follow(main_of(page), label)
    expect(main_of(page)).to_contain_text("Sau khi thực hiện")
    fill_in(main_of(page), answers or {})
    press(page, label)
    told(page, f"Đã thực hiện: {label} – {code}.")


@dataclass(frozen=True)
class Verdict:
    """What is chosen on a line of a list. An amount belongs to some verdicts, a reason to all but the first."""

    word: str
    reason: str = ""
    amount: str = ""


def decide(
    page: Page, label: str, answers: Mapping[str, Answer], verdicts: Mapping[str, Verdict | None]
) -> None:
    """A list act, from the page of lists: the paper, then each file by its code (None: as the page suggests)."""
    hands().open(page, "/danh-muc/")
    waiting = page.get_by_role("region", name=re.compile("^Đang chờ"))
    follow(waiting, label)
    fill_in(main_of(page), answers)
    for code, verdict in verdicts.items():
        row = main_of(page).get_by_role("row").filter(has_text=code)
        expect(field(row, f"Đưa {code} vào danh mục")).to_be_checked()
        if verdict is None:
            continue
        fill_in(row, {f"Kết luận về {code}": verdict.word, f"Lý do về {code}": verdict.reason})
        if verdict.amount:
            fill_in(row, {f"Số tiền của {code}": verdict.amount})
    press(page, label)
    told(page, f"Đã thực hiện: {label}, {len(verdicts)} hồ sơ.")


def money_table(page: Page) -> dict[str, list[str]]:
    """The report's table "Kinh phí theo chương trình": figure → KCQG, KCĐP, total, as they are read."""
    rows = page.get_by_role("region", name="Kinh phí theo chương trình").locator("tbody tr")
    return {
        row.get_by_role("rowheader").inner_text(): [
            figure.splitlines()[0] for figure in row.get_by_role("cell").all_inner_texts()
        ]
        for row in rows.all()
    }
