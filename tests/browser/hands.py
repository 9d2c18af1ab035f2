"""How the people of the tests touch a page: with a mouse, or with the keys alone.

The steps (pages.py, chain.py) say what is done; the hands in use do it. Hands on keys know nothing but what the page
gives them: Tab and Shift+Tab, Enter, Space, arrows, typed text and the program's own keys (`?` tells them). On their
way they look at every place that takes the focus: it must show that it has it, and nothing may lie over it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from playwright.sync_api import FilePayload, Locator, Page, expect


class Hands(Protocol):
    """What one can do to a page."""

    def press(self, control: Locator) -> None:
        """Follow a link, press a button."""

    def write(self, control: Locator, text: str, *, slowly: bool = False) -> None:
        """Put ``text`` in the place of what stands in a field; ``slowly`` letter by letter."""

    def tick(self, box: Locator, *, on: bool) -> None: ...

    def pick(self, select: Locator, option: str) -> None:
        """Choose from a list by what one reads there."""

    def choose(self, group: Locator, answer: str) -> None:
        """One of several round buttons."""

    def upload(self, control: Locator, file: FilePayload) -> None: ...

    def open(self, page: Page, address: str) -> None:
        """A part of the program, by its address."""

    def open_file(self, page: Page, code: str) -> None:
        """The first page of a file."""


class Mouse:
    """A hand on the mouse, the other on the keys."""

    def press(self, control: Locator) -> None:
        control.click()

    def write(self, control: Locator, text: str, *, slowly: bool = False) -> None:
        control.fill("" if slowly else text)
        if slowly:
            control.press_sequentially(text)

    def tick(self, box: Locator, *, on: bool) -> None:
        box.set_checked(on)

    def pick(self, select: Locator, option: str) -> None:
        select.select_option(label=option)

    def choose(self, group: Locator, answer: str) -> None:
        group.get_by_label(answer).check()

    def upload(self, control: Locator, file: FilePayload) -> None:
        control.set_input_files(file)

    def open(self, page: Page, address: str) -> None:
        page.goto(address)

    def open_file(self, page: Page, code: str) -> None:
        page.goto(f"/de-an/{code}/")


LETTERS = {
    "/": "h",
    "/de-an/": "d",
    "/danh-muc/": "m",
    "/co-so/": "c",
    "/dot-dang-ky/": "r",
    "/bao-cao/": "b",
}
"""Where `g` and a letter lead, as `?` tells it."""

FURTHER = 400
"""Places that one passes at most on the way to another."""

# What has the focus, whether it is the one that is looked for and what is wrong with how it looks.
LOOK = """(wanted) => {
  const here = document.activeElement;
  const found = { there: here === wanted, out: !here || here === document.body, before: false, name: "", faults: [] };
  if (found.out) return found;
  found.before = Boolean(here.compareDocumentPosition(wanted) & Node.DOCUMENT_POSITION_PRECEDING);
  const words = here.innerText || here.ariaLabel || here.name || here.id || "";
  found.name = `${here.tagName.toLowerCase()} “${words.trim().slice(0, 40)}”`;
  if (here.matches("main")) return found;
  const style = (each) => getComputedStyle(each);
  const ring = (each) => each && style(each).outlineStyle !== "none" && parseFloat(style(each).outlineWidth) >= 2;
  // An input may be drawn by its label; a link in a picture by the shape it holds.
  if (!ring(here) && !ring(here.closest("label"))) found.faults.push("no ring");
  const boxes = [...here.getClientRects()].filter((box) => box.width && box.height);
  const box = boxes[0];
  if (!box) { found.faults.push("no size"); return found; }
  const across = [box.left + 2, (box.left + box.right) / 2, box.right - 2];
  const down = [box.top + 2, (box.top + box.bottom) / 2, box.bottom - 2];
  const points = across.flatMap((x) => down.map((y) => [x, y]));
  const tall = box.height > innerHeight / 2 || box.width > innerWidth;
  const covers = (x, y) => {
    for (let each = document.elementFromPoint(x, y); each; each = each.parentElement) {
      if (each === here || each.contains(here)) return null;
      const at = style(each).position;
      if (at === "sticky" || at === "fixed") return each;
    }
    return null;
  };
  if (!tall) for (const [x, y] of points) {
    if (x < 0 || y < 0 || x > innerWidth || y > innerHeight) { found.faults.push("outside the window"); break; }
    const over = covers(x, y);
    if (over) { found.faults.push(`under .${over.className}`); break; }
  }
  return found;
}"""


class Keys:
    """Two hands on the keys. ``faults`` are the places that did not show well that they had the focus, by page."""

    def __init__(self) -> None:
        self.faults: set[str] = set()

    def reach(self, control: Locator) -> None:
        """Go to ``control`` by Tab, or Shift+Tab when it lies before; from the top of a page over the link that skips
        its head."""
        page = control.page
        control.wait_for(state="attached")
        wanted = control.element_handle()
        assert wanted is not None
        key, passed = "Tab", []
        for number in range(FURTHER):
            seen = page.evaluate(LOOK, wanted)
            if seen["there"] or seen["name"]:
                self._look(page, seen)
            if seen["there"]:
                return
            passed.append(seen["name"])
            if number == 0:
                key = "Shift+Tab" if seen["before"] else "Tab"
            if (
                number == 0
                and seen["out"]
                and "#" not in page.url
                and not page.locator("dialog[open]").count()
            ):
                self._skip_head(page)
            else:
                page.keyboard.press(key)
        raise AssertionError(f"Not to be reached by {key}: {control} on {page.url}; passed {passed[-12:]}")

    def _skip_head(self, page: Page) -> None:
        page.keyboard.press("Tab")
        skip = page.evaluate("document.activeElement.className")
        assert skip == "kc-skip", f"{page.url} begins with {skip!r}, not with the link that skips its head"
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()

    def _look(self, page: Page, seen: dict[str, object]) -> None:
        faults = seen["faults"]
        assert isinstance(faults, list)
        where = re.sub(r"^\w+://[^/]+|\?.*$|[A-Z]+-\d{4}-[\w-]+|\d+", "", page.url)
        self.faults |= {f"{where}: {seen['name']} {fault}" for fault in faults}

    def press(self, control: Locator) -> None:
        self.reach(control)
        leads_on = control.evaluate(
            "each => each.matches('a[href]') && !each.getAttribute('href').startsWith('#')"
        )
        if leads_on:
            self._follow(control.page)
        else:
            control.page.keyboard.press("Enter")

    def _follow(self, page: Page, key: str = "Enter") -> None:
        with page.expect_navigation(wait_until="load"):
            page.keyboard.press(key)

    def write(self, control: Locator, text: str, *, slowly: bool = False) -> None:
        self.reach(control)
        control.page.keyboard.press("Control+A")
        control.page.keyboard.type(text)
        assert control.input_value().replace(".", "") == text.replace(".", "")

    def tick(self, box: Locator, *, on: bool) -> None:
        if box.is_checked() != on:
            self.reach(box)
            box.page.keyboard.press("Space")
        expect(box).to_be_checked(checked=on)

    def pick(self, select: Locator, option: str) -> None:
        self.reach(select)
        chosen = select.evaluate("select => select.selectedIndex")
        labels = select.evaluate("select => [...select.options].map((each) => each.label.trim())")
        wanted = labels.index(option)
        for _ in range(abs(wanted - chosen)):
            select.page.keyboard.press("ArrowDown" if wanted > chosen else "ArrowUp")
        assert select.evaluate("select => select.selectedOptions[0].label.trim()") == option
        if wanted != chosen and select.evaluate("select => select.matches('[data-auto-filter] *')"):
            self._follow(select.page)

    def choose(self, group: Locator, answer: str) -> None:
        buttons = group.get_by_role("radio")
        buttons.first.wait_for()
        now = [box.is_checked() for box in buttons.all()]
        self.reach(buttons.nth(now.index(True) if any(now) else 0))
        wanted = group.get_by_label(answer)
        group.page.keyboard.press("Space")
        for _ in now:
            if wanted.is_checked():
                return
            group.page.keyboard.press("ArrowDown")
        expect(wanted).to_be_checked()

    def upload(self, control: Locator, file: FilePayload) -> None:
        self.reach(control)
        control.set_input_files(file)

    def open(self, page: Page, address: str) -> None:
        self._leave_field(page)
        page.keyboard.press("g")
        self._follow(page, LETTERS[address])

    def _leave_field(self, page: Page) -> None:
        """Letters are the program's keys where nobody types."""
        typing = "document.activeElement.matches('input, textarea, select')"
        for _ in range(FURTHER):
            if not page.evaluate(typing):
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"No way out of the fields of {page.url}")

    def open_file(self, page: Page, code: str) -> None:
        self.open(page, "/de-an/")
        page.keyboard.press("/")
        page.keyboard.press("Control+A")
        page.keyboard.type(code)
        self._follow(page)
        page.keyboard.press("j")
        expect(page.locator("tr:has(:focus)")).to_contain_text(code)
        self._follow(page)


_in_use: list[Hands] = [Mouse()]


def hands() -> Hands:
    return _in_use[-1]


@contextmanager
def on_keys() -> Iterator[Keys]:
    """Everything is done by keys for the while."""
    keys = Keys()
    _in_use.append(keys)
    try:
        yield keys
    finally:
        _in_use.remove(keys)
