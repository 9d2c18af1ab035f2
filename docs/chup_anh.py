"""Takes the pictures of the user guide (docs/anh/) from a running demonstration.

    make run                                   # in another terminal, best on a fresh KC_STATE
    .venv/bin/python docs/chup_anh.py          # all pictures; or name some: … chup_anh.py hom-nay du-toan

`ADDRESS` is where the demonstration answers (http://localhost:8000), `DEMO_PASSWORD` its password. Nothing is sent but
what a draft saves by itself, which is put back, and a change of organisations, which is cancelled again. Not a part of
the tests; look at each picture afterwards.
"""

from __future__ import annotations

import datetime as dt
import io
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

HERE = Path(__file__).resolve().parent / "anh"
ADDRESS = os.environ.get("ADDRESS", "http://localhost:8000")
PASSWORD = os.environ.get("DEMO_PASSWORD", "khuyencong-demo")
SCREEN, PHONE = (1366, 768), (390, 844)
COLOURS = 128

DRAFT, RETURNED, RUNNING = "KCQG-2027-0001", "KCQG-2027-0011", "KCQG-2026-0002"
"""A file still being written, one that was returned and one at work, all of Hải Phòng."""

REPORT = "/bao-cao/xem/quarterly/?scope=nation&year=2026&period=m9"

Take = Callable[[Browser], bytes]


@contextmanager
def window(browser: Browser, account: str, size: tuple[int, int] = SCREEN) -> Iterator[Page]:
    """The page of somebody who has signed in, on a computer of his own."""
    context = browser.new_context(
        base_url=ADDRESS,
        viewport={"width": size[0], "height": size[1]},
        locale="vi-VN",
        timezone_id="Asia/Ho_Chi_Minh",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto("/dang-nhap/")
    page.get_by_label("Tên đăng nhập").fill(account)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url(lambda url: "/dang-nhap/" not in url)
    yield page
    context.close()


def at(account: str, path: str, *, size: tuple[int, int] = SCREEN) -> Take:
    """What ``account`` sees at ``path``."""

    def take(browser: Browser) -> bytes:
        with window(browser, account, size) as page:
            page.goto(path)
            return shoot(page)

    return take


def shoot(page: Page) -> bytes:
    page.wait_for_load_state("networkidle")
    return page.screenshot()


def file_in(page: Page, state: str, query: str = "") -> str:
    """Address of the first file in ``state`` that this account sees."""
    page.goto(f"/de-an/?state={state}{query}")
    return page.locator("tbody th a").first.get_attribute("href") or ""


def of(account: str, state: str, part: str, *, query: str = "") -> Take:
    """A part of the first file that is in ``state`` ("kinh-phi"), or the page of an act on it ("viec/settle")."""

    def take(browser: Browser) -> bytes:
        with window(browser, account) as page:
            page.goto(f"{file_in(page, state, query)}{part}/")
            return shoot(page)

    return take


def offline(browser: Browser) -> bytes:
    """Typing while the network is away; the text stays in this window and goes with it."""
    with window(browser, "centre.hai-phong") as page:
        page.goto(f"/de-an/{DRAFT}/noi-dung/")
        page.context.set_offline(True)
        need = page.locator("[name=need]")
        need.focus()
        need.press("Control+End")
        need.press_sequentially(" Nhu cầu của thị trường tăng đều trong ba năm gần đây.")
        expect(page.get_by_text("đang giữ trên máy này").first).to_be_visible(timeout=20_000)
        return shoot(page)


def two_windows(browser: Browser) -> bytes:
    """Two people at the same field; what was there before is saved back."""
    with window(browser, "centre.hai-phong") as mine, window(browser, "centre.head.hai-phong") as theirs:
        for page in (mine, theirs):
            page.goto(f"/de-an/{DRAFT}/noi-dung/")
        before = theirs.locator("[name=partner]").input_value()
        save(theirs, "Hợp tác xã Dịch vụ Cát Hải")
        mine.locator("[name=partner]").fill("Công ty TNHH Cơ điện Vĩnh Bảo")
        conflict = mine.locator("[data-conflict]")
        expect(conflict).to_be_visible(timeout=20_000)
        conflict.evaluate("element => window.scrollTo(0, element.offsetTop - 300)")
        taken = mine.screenshot()
        save(theirs, before)
        return taken


def save(page: Page, partner: str) -> None:
    page.locator("[name=partner]").fill(partner)
    with page.expect_response(re.compile("/noi-dung/luu/")):
        page.locator("[name=partner]").blur()


def decide(account: str, path: str, verdict: str, reason: str, amount: str = "") -> Take:
    """A list whose first file gets another verdict than the others; not sent."""

    def take(browser: Browser) -> bytes:
        with window(browser, account) as page:
            page.route("**/luu/", lambda _: None)  # what is chosen here stays here
            page.goto(path)
            line = page.locator("tr[data-line]").first
            line.locator("select").select_option(label=verdict)
            if amount:
                line.locator("[name^=amount]").fill("")
                line.locator("[name^=amount]").press_sequentially(amount)
                line.locator("[name^=amount]").press("Tab")
            line.locator("[name^=reason]").fill(reason)
            line.evaluate(
                "element => window.scrollTo(0, element.getBoundingClientRect().top + window.scrollY - 420)"
            )
            return page.screenshot()

    return take


def following(account: str, path: str, link: str) -> Take:
    """Where the first ``link`` (CSS) of the page at ``path`` leads."""

    def take(browser: Browser) -> bytes:
        with window(browser, account) as page:
            page.goto(path)
            page.locator(link).first.click()
            return shoot(page)

    return take


def rearranged(browser: Browser) -> bytes:
    """A merger that was tried; it is cancelled again."""
    with window(browser, "operator") as page:
        page.goto("/sap-xep/moi/merge/")
        day = dt.date.today() + dt.timedelta(days=30)  # noqa: DTZ011 (any day ahead)
        for name, text in {
            "paper_number": "1/2026/QH16",
            "paper_date": "20/11/2026",
            "name": "Việt Bắc",
        }.items():
            page.fill(f"[name={name}]", text)
        page.fill("[name=day]", f"{day:%d/%m/%Y}")
        for unit in ("Phú Thọ", "Thái Nguyên"):
            page.get_by_label(unit, exact=True).first.check()
        page.select_option("[name=keeps]", label="Phú Thọ")
        page.click('button:text-is("Lập phương án")')
        page.locator('a:text-is("Đơn vị")').click()
        page.fill("[name$=-code]", "97")
        page.click('button:text-is("Lưu phương án")')
        page.locator("button", has_text="Chạy thử").click()
        page.get_by_text("Kết quả chạy thử").wait_for()
        picture = shoot(page)
        page.locator("button", has_text="Hủy thay đổi").click()
        page.locator("button", has_text="Đồng ý").click()
        page.get_by_text("Đã hủy thay đổi").wait_for()
        return picture


def change(browser: Browser) -> bytes:
    """A change of a file at work, before → after; not sent."""
    with window(browser, "centre.head.hai-phong") as page:
        page.goto(f"/de-an/{RUNNING}/dieu-chinh/de-nghi/?loai=PARTNER")
        page.locator("[name=number]").fill("345/TTKC-KC")
        page.locator("[name=comment]").fill("Đơn vị phối hợp cũ đã sáp nhập.")
        page.locator("[name=partner]").fill("Trường Cao đẳng Công nghiệp Hải Phòng")
        page.locator("[name=preview]").click()
        return shoot(page)


PICTURES: dict[str, Take] = {
    "hom-nay": at("dept.hai-phong", "/"),
    "tim-ho-so": at("agency.officer", "/de-an/?q=che+thai+nguyen", size=(1366, 640)),
    "tong-quan": at("centre.hai-phong", f"/de-an/{DRAFT}/"),
    "mat-mang": offline,
    "hai-nguoi": two_windows,
    "so-kinh-phi": of("centre.hai-phong", "accepted", "kinh-phi"),
    "dien-thoai": at("centre.hai-phong", "/", size=PHONE),
    "du-toan": at("centre.hai-phong", f"/de-an/{DRAFT}/du-toan/"),
    "bi-tra-lai": at("centre.hai-phong", f"/de-an/{RETURNED}/"),
    "dieu-chinh": change,
    "trinh-ky": following("dept.head.hai-phong", "/trinh-ky/", "main td a, main th a"),
    "trinh-danh-muc": following("dept.division.phu-tho", "/trinh-ky/", "main td a, main th a"),
    "van-ban-di": at("dept.clerk.hai-phong", "/van-ban-di/"),
    "cac-nam": at("centre.thai-nguyen", "/de-an/KCQG-2026-0011/cac-nam/"),
    "tien-do": at("centre.hai-phong", f"/de-an/{RUNNING}/viec/report_progress/"),
    "tra-lai": of("dept.hai-phong", "submitted", "viec/return"),
    "tham-dinh": of("dept.hai-phong", "submitted", "viec/appraise_department"),
    "nghiem-thu": at("dept.hai-phong", f"/de-an/{RUNNING}/viec/accept/"),
    "dang-ky": at("dept.head.thai-nguyen", "/danh-muc/lap/register/national/2027/"),
    "ban-hanh": following("dept.head.hai-phong", "/bao-cao/", 'a.btn:text-is("Ban hành")'),
    "cho-y-kien": at("finance.hai-phong", "/danh-muc/lap/give_opinion/local/2027/"),
    "quyet-dinh-tinh": at("committee.hai-phong", "/danh-muc/lap/approve/local/2027/"),
    "bang-dang-ky": following("agency.officer", "/dot-dang-ky/", "main th a"),
    "giao-kinh-phi": decide(
        "agency.head",
        "/danh-muc/lap/allocate/national/2027/",
        "Giao một phần",
        "Dự toán đợt này chưa đủ, giao tiếp khi được bổ sung.",
        "300000000",
    ),
    "hop-dong": of("agency.head", "funded", "viec/contract", query="&programme=NATIONAL"),
    "quyet-toan": at("agency.accountant", "/de-an/KCQG-2026-0005/viec/check_settlement/"),
    "quyet-dinh": decide(
        "ministry.leader",
        "/danh-muc/lap/approve/national/2027/",
        "Phê duyệt mức khác",
        "Giảm hạng mục máy đo ba chiều, đơn vị tự đầu tư.",
        "280000000",
    ),
    "bao-cao": at("viewer.nation", REPORT),
    "so-lieu": following("viewer.nation", REPORT, "td.num a"),
    "quan-tri": at("operator", "/quan-tri/"),
    "sap-xep": rearranged,
}


def store(name: str, picture: bytes) -> int:
    """Write the picture with few colours, which is enough for pages; answers its size in bytes."""
    file = HERE / f"{name}.png"
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    image.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
        file, optimize=True
    )
    return file.stat().st_size


def main(names: list[str]) -> None:
    HERE.mkdir(exist_ok=True)
    programs = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    program = next(found for name in programs if (found := shutil.which(name)))
    arguments = [
        "--disable-gpu",
        "--hide-scrollbars",
        "--lang=vi",
        *(["--no-sandbox"] if os.geteuid() == 0 else []),
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        for name in names or PICTURES:
            print(f"{name}: {store(name, PICTURES[name](browser)) // 1024} KB", flush=True)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
