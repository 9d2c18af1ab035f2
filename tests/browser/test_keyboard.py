"""What keys alone find beside the main job (test_main_job.py walks that by them): dialogs, filters, lists, errors."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hands import on_keys
from tests.browser.pages import field, main_of
from tests.cast import position
from tests.factories import make_establishment, make_file
from tests.projects import walks

pytestmark = pytest.mark.django_db(transaction=True)

Person = Callable[[str], Page]

CENTRE, DEPT = "centre.hai-phong", "dept.hai-phong"
IN_DIALOG = "document.activeElement === document.body || document.activeElement.closest('dialog') !== null"


def name_of_focus(page: Page) -> str:
    return str(page.evaluate("document.activeElement.name || document.activeElement.innerText"))


def test_a_question_keeps_the_focus_until_it_is_answered_and_gives_it_back(person: Person) -> None:
    page = person(DEPT)
    page.goto("/kinh-phi/du-kien/?year=2027")
    with on_keys() as keys:
        keys.write(main_of(page).locator("[name=basis]"), "Công văn số 1")
        keys.write(main_of(page).locator("[name=amount]"), "300 triệu")
        page.keyboard.press("Control+Enter")
        asked = page.get_by_role("dialog")
        expect(asked).to_contain_text("300.000.000 đồng. Ghi?")
        for key in ("Tab", "Tab", "Tab", "Tab", "Shift+Tab", "Shift+Tab", "Shift+Tab"):
            page.keyboard.press(key)
            assert page.evaluate(IN_DIALOG)
        page.keyboard.press("Escape")
        expect(asked).to_have_count(0)
        assert name_of_focus(page) == "amount"
        page.keyboard.press("Control+Enter")
        keys.press(asked.get_by_role("button", name="Xem lại"))
        expect(asked).to_have_count(0)
        assert name_of_focus(page) == "amount"
    assert sorted(keys.faults) == []


def test_the_table_of_keys_gives_the_focus_back(person: Person) -> None:
    page = person(CENTRE)
    with on_keys() as keys:
        link = main_of(page).get_by_role("link", name="Viết đề án mới")
        keys.reach(link)
        page.keyboard.press("?")
        expect(page.get_by_role("dialog")).to_be_visible()
        page.keyboard.press("Escape")
        expect(link).to_be_focused()
    assert sorted(keys.faults) == []


def test_walking_through_the_choices_of_a_filter_changes_nothing_until_enter(person: Person) -> None:
    make_establishment(by=position(CENTRE), name="Hợp tác xã Rèn")
    page = person(CENTRE)
    page.goto("/co-so/")
    with on_keys() as keys:
        industry = main_of(page).get_by_role("combobox", name="Ngành nghề")
        keys.reach(industry)
        for _ in range(3):
            page.keyboard.press("ArrowDown")
        page.wait_for_timeout(300)
        assert urlsplit(page.url).query == ""
        expect(industry).to_be_focused()
        chosen = industry.input_value()
        with page.expect_navigation():
            page.keyboard.press("Enter")
    assert f"industry={chosen}" in page.url
    with page.expect_navigation():  # with the mouse a choice is meant at once
        main_of(page).get_by_role("combobox", name="Ngành nghề").select_option(index=1)


def test_the_panel_of_ones_name_opens_and_closes_by_keys_and_lies_over_nothing(person: Person) -> None:
    page = person(CENTRE)
    panel, opener = page.locator(".kc-account-panel"), page.locator(".kc-account summary")
    with on_keys() as keys:
        keys.reach(opener)
        page.keyboard.press("Enter")
        expect(panel).to_be_visible()
        keys.reach(panel.get_by_role("button", name="Đăng xuất"))
        page.keyboard.press("Escape")
        expect(panel).to_be_hidden()
        expect(opener).to_be_focused()
        page.keyboard.press("Enter")
        keys.reach(panel.get_by_role("button", name="Đăng xuất"))
        page.keyboard.press("Tab")
        expect(panel).to_be_hidden()
        expect(page.locator(".kc-side a").first).to_be_focused()
    assert sorted(keys.faults) == []


def test_nothing_lies_over_what_has_the_focus_on_a_long_list(person: Person) -> None:
    """Down to the last of fifteen lines and back to the first: above stands the limit, below the buttons."""
    walks.assign(programme=walks.LOCAL)
    centre = position(CENTRE)
    files = [make_file(by=centre, state="proposed", support=10_000_000) for _ in range(15)]
    page = person("committee.hai-phong")
    page.goto("/danh-muc/lap/approve/local/2027/")
    with on_keys() as keys:
        first, last = (
            field(main_of(page), f"Kết luận về {file.project.code}") for file in (files[0], files[-1])
        )
        keys.reach(last)
        keys.reach(first)
    assert sorted(keys.faults) == []


def test_a_search_keeps_the_focus_while_what_it_finds_comes(person: Person) -> None:
    for name in ("Cơ sở Rèn Mỹ Đồng", "Cơ sở Gốm Dưỡng Động"):
        make_establishment(by=position(CENTRE), name=name)
    walk = walks.draft(walks.LOCAL, shares=0)
    page = person(CENTRE)
    page.goto(f"/de-an/{walk.year.project.code}/thu-huong/")
    with on_keys() as keys:
        search = main_of(page).get_by_role("searchbox")
        keys.reach(search)
        page.keyboard.type("gom duong")
        found = main_of(page).get_by_role("button", name="Chọn Cơ sở Gốm Dưỡng Động")
        expect(main_of(page).get_by_role("button", name="Chọn Cơ sở Rèn Mỹ Đồng")).to_have_count(0)
        expect(search).to_be_focused()
        keys.press(found)
        expect(page.locator("[data-messages]")).to_contain_text("Đã đưa Cơ sở Gốm Dưỡng Động vào danh sách.")
    assert sorted(keys.faults) == []


def test_what_is_wrong_is_read_first_and_leads_to_its_field(person: Person) -> None:
    page = person(CENTRE)
    page.goto("/co-so/moi/")
    with on_keys() as keys:
        keys.press(main_of(page).get_by_role("button", name="Lưu", exact=True))
        summary = main_of(page).locator("[data-summary]")
        expect(summary).to_be_focused()
        page.keyboard.press("Tab")
        link = summary.get_by_role("link").first
        expect(link).to_be_focused()
        named = str(link.get_attribute("href")).removeprefix("#")
        page.keyboard.press("Enter")
        expect(page.locator(f"#{named}")).to_be_focused()
        keys.reach(page.locator(f"#{named}"))
    assert sorted(keys.faults) == []
