"""Nothing typed is lost (issue 2, §5): the pages that save themselves, without a connection, after the session has
ended, beside a second window, and when the page dies."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import Error, Locator, Page, expect

from accounts.tenancy import acting_as
from khuyencong.demonstration.walk import Walk
from khuyencong.lib.dates import ZONE
from projects.models import Establishment, EstimateLine, Project
from tests.browser.pages import field, fill_in, press, sign_in, told
from tests.cast import position
from tests.projects import walks

pytestmark = pytest.mark.django_db(transaction=True)

CENTRE = "centre.hai-phong"
Person = Callable[[str], Page]


@pytest.fixture
def walk(windows: object) -> Walk:
    return walks.draft()


@pytest.fixture
def code(walk: Walk) -> str:
    return walk.year.project.code


@pytest.fixture
def page(person: Person, code: str) -> Page:
    """The centre's officer before the content of his draft."""
    page = person(CENTRE)
    page.goto(f"/de-an/{code}/noi-dung/")
    return page


def stored(code: str) -> Project:
    with acting_as(position(CENTRE)):
        return Project.objects.get(code=code)


def says(page: Page) -> Locator:
    """Where a form says whether it is saved."""
    return page.locator("form[data-keep] [role=status].kc-keep")


def saved(page: Page) -> None:
    expect(says(page)).to_contain_text("Đã lưu lúc")


def test_a_draft_saves_itself_and_says_when(page: Page, code: str) -> None:
    field(page, "3. Mục tiêu").fill("Nâng công suất lên 2 tấn mỗi ngày.")
    before = timezone.now()
    saved(page)
    times = {f"{moment.astimezone(ZONE):%H:%M}" for moment in (before, timezone.now())}
    assert re.findall(r"\d\d:\d\d", says(page).inner_text())[0] in times
    assert stored(code).objectives == "Nâng công suất lên 2 tấn mỗi ngày."
    page.reload()
    expect(field(page, "3. Mục tiêu")).to_have_value("Nâng công suất lên 2 tấn mỗi ngày.")


def test_what_cannot_be_read_is_said_at_its_place_and_the_rest_is_saved(page: Page, code: str) -> None:
    before = stored(code).starts_on
    fill_in(page, {"8. Hiệu quả kinh tế, xã hội, môi trường": "Thêm 12 việc làm.", "Bắt đầu": "31/02/2027"})
    expect(says(page)).to_contain_text("trừ 1 chỗ cần sửa")
    expect(page.locator("#id_starts_on_field")).to_contain_text("Tháng 2 năm 2027 không có ngày 31.")
    assert (stored(code).starts_on, stored(code).effects) == (before, "Thêm 12 việc làm.")


def test_what_is_typed_without_a_connection_is_sent_when_it_is_back(page: Page, code: str) -> None:
    page.context.set_offline(True)
    field(page, "3. Mục tiêu").fill("Gõ khi mất mạng")
    expect(says(page)).to_contain_text("đang giữ trên máy này")
    assert stored(code).objectives == "Nội dung mục objectives."
    page.context.set_offline(False)
    saved(page)
    assert stored(code).objectives == "Gõ khi mất mạng"


def test_text_typed_after_the_session_ended_is_there_after_signing_in_again(page: Page, code: str) -> None:
    Session.objects.all().delete()
    field(page, "3. Mục tiêu").fill("Gõ khi phiên đã hết")
    expect(says(page)).to_contain_text("Phiên làm việc đã hết")
    assert stored(code).objectives == "Nội dung mục objectives."
    says(page).get_by_role("link", name="Đăng nhập").click()
    sign_in(page, CENTRE)
    expect(page).to_have_url(re.compile(rf"/de-an/{code}/noi-dung/$"))
    expect(field(page, "3. Mục tiêu")).to_have_value("Gõ khi phiên đã hết")
    saved(page)
    assert stored(code).objectives == "Gõ khi phiên đã hết"


def test_a_form_sent_after_the_session_ended_is_filled_in_again(page: Page) -> None:
    """A form that has no draft on the server: a new establishment."""
    page.goto("/co-so/moi/")
    typed = {
        "Tên cơ sở": "Hợp tác xã Mắm Cát Bà",
        "Loại hình": "Hợp tác xã",
        "Mã số thuế": "0299 100 017",
        "Người đại diện": "Bà Đoàn Thị Lụa",
        "Ngành nghề": "Chế biến nông, lâm, thủy sản và thực phẩm",
        "Số lao động": "31",
        "Địa chỉ nơi sản xuất": "Tổ dân phố Hòa Hy",
        "Xã, phường, đặc khu": "đặc khu Cát Hải",
        "Loại đơn vị cấp xã": "đặc khu",
    }
    fill_in(page, typed)
    Session.objects.all().delete()
    press(page, "Lưu")
    sign_in(page, CENTRE)
    expect(field(page, "Tên cơ sở")).to_have_value("Hợp tác xã Mắm Cát Bà")
    press(page, "Lưu")
    told(page, "Đã ghi Hợp tác xã Mắm Cát Bà vào danh bạ.")
    with acting_as(position(CENTRE)):
        made = Establishment.objects.get(tax_code="0299100017")
    assert (made.legal_form, made.employees, made.commune_kind) == ("COOPERATIVE", 31, "SPECIAL_ZONE")


def test_an_older_window_is_refused_and_shows_both_values(page: Page, code: str) -> None:
    older = page.context.new_page()
    older.goto(page.url)
    field(page, "3. Mục tiêu").fill("Bản của cửa sổ thứ nhất")
    saved(page)
    field(older, "3. Mục tiêu").fill("Bản của cửa sổ thứ hai")
    both = older.get_by_role("group", name="3. Mục tiêu: chọn bản giữ lại")
    expect(both).to_contain_text("Bản của cửa sổ thứ nhất")
    expect(both).to_contain_text("Bản của cửa sổ thứ hai")
    assert stored(code).objectives == "Bản của cửa sổ thứ nhất"
    both.get_by_role("button", name="Giữ của tôi").click()
    saved(older)
    assert stored(code).objectives == "Bản của cửa sổ thứ hai"


def test_an_older_window_sent_by_its_button_is_refused_too(page: Page, code: str) -> None:
    older = page.context.new_page()
    older.goto(page.url)
    field(page, "3. Mục tiêu").fill("Bản của cửa sổ thứ nhất")
    saved(page)
    older.route("**/luu/", lambda route: route.abort())  # its own saving does not come through
    field(older, "3. Mục tiêu").fill("Bản của cửa sổ thứ hai")
    press(older, "Lưu")
    expect(older.get_by_role("main")).to_contain_text("Bản của cửa sổ thứ nhất")
    expect(field(older, "3. Mục tiêu")).to_have_value("Bản của cửa sổ thứ hai")
    assert stored(code).objectives == "Bản của cửa sổ thứ nhất"


def test_two_windows_on_two_parts_of_a_file_do_not_disturb_each_other(page: Page, code: str) -> None:
    sheet = page.context.new_page()
    sheet.goto(f"/de-an/{code}/du-toan/")
    field(page, "3. Mục tiêu").fill("Ở trang nội dung")
    saved(page)
    field(sheet.locator("[data-row]").first, "Nội dung chi").fill("Máy sấy lạnh 500 lít")
    saved(sheet)
    with acting_as(position(CENTRE)):
        line = EstimateLine.objects.get(project_year__project__code=code)
    assert (stored(code).objectives, line.item) == ("Ở trang nội dung", "Máy sấy lạnh 500 lít")


def test_a_page_that_dies_without_a_connection_gives_its_text_back(page: Page, code: str) -> None:
    page.goto(f"/de-an/{code}/du-toan/")
    page.context.set_offline(True)
    page.get_by_role("button", name="Thêm dòng").click()
    row = page.locator("[data-row]").nth(1)
    fill_in(row, {"Nội dung chi": "Máy hút chân không", "Đơn vị tính": "máy", "Số lượng": "2"})
    field(row, "Đơn giá").press_sequentially("15500000")
    field(row, "Đối ứng").press_sequentially("31000000")
    expect(field(row, "Đơn giá")).to_have_value("15.500.000")
    expect(says(page)).to_contain_text("đang giữ trên máy này")
    _kill(page)
    page.context.set_offline(False)
    again = page.context.new_page()
    again.goto(f"/de-an/{code}/du-toan/")
    row = again.locator("[data-row]").nth(1)
    expect(field(row, "Nội dung chi")).to_have_value("Máy hút chân không")
    expect(says(again)).to_contain_text("Đã đưa lại")
    saved(again)
    with acting_as(position(CENTRE)):
        lines = EstimateLine.objects.filter(project_year__project__code=code)
        assert list(lines.values_list("item", "amount", "counterpart"))[1:] == [
            ("Máy hút chân không", 31_000_000, 31_000_000)
        ]


def _kill(page: Page) -> None:
    """End the page's own process, as a crash or a full memory does; its window stays."""
    with page.expect_event("crash"), contextlib.suppress(Error):
        page.goto("chrome://crash")
    page.close()


def test_an_appraisal_begun_on_one_computer_is_there_on_another(
    person: Person, walk: Walk, code: str
) -> None:
    walks.submitted(walk)
    address = f"/de-an/{code}/viec/appraise_department/"
    office, elsewhere = person("dept.hai-phong"), person("dept.hai-phong")
    office.goto(address)
    field(office, "2. Mục tiêu, sự cần thiết, hiệu quả; tính hợp lý của dự toán").fill("Đã xem báo giá.")
    saved(office)
    office.context.clear_cookies()
    office.evaluate("localStorage.clear()")
    elsewhere.goto(address)
    sign_in(elsewhere, "dept.hai-phong")
    expect(field(elsewhere, "2. Mục tiêu, sự cần thiết, hiệu quả; tính hợp lý của dự toán")).to_have_value(
        "Đã xem báo giá."
    )
