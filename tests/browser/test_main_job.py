"""The main job in the browser (issue 2, "How it will be looked at"): from a proposal to the quarterly PDF."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from celery.contrib.testing.worker import start_worker
from playwright.sync_api import Page, expect

from khuyencong import celery_app
from khuyencong.lib.dates import today
from tests.browser.chain import (
    LOCAL,
    MACHINES,
    OPINIONS,
    Draft,
    carry_out,
    open_figure,
    open_report,
    printed_report,
    send,
    walk_local,
    write,
)
from tests.browser.hands import on_keys
from tests.browser.pages import Verdict, act, decide, field, has_task, main_of, money_table, press, told
from tests.projects import walks

pytestmark = pytest.mark.django_db(transaction=True)

Person = Callable[[str], Page]

# What is dated before 1 January counts in the first month of the budget year (figures.md).
QUARTER = f"Quý {('I', 'II', 'III', 'IV')[(max(today(), dt.date(2027, 1, 1)).month - 1) // 3]}"


@pytest.fixture
def worker(windows: object) -> Iterator[None]:
    """A Celery worker on the queue of this run, in a thread of its own: the message goes through Redis."""
    with start_worker(celery_app, pool="solo", perform_ping_check=False, loglevel="WARNING"):
        yield


NATIONAL = Draft(
    programme="Khuyến công quốc gia",
    title="Hỗ trợ ứng dụng dây chuyền xay xát, tách màu gạo",
    activity=MACHINES,
    establishment={
        "Tên cơ sở": "Hợp tác xã Gạo sạch Vĩnh Bảo",
        "Loại hình": "Hợp tác xã",
        "Mã số thuế": "0299100086",
        "Người đại diện": "Ông Đào Văn Ước",
        "Ngành nghề": "Chế biến nông, lâm, thủy sản và thực phẩm",
        "Số lao động": "26",
        "Địa chỉ nơi sản xuất": "Thôn Đông Tạ",
        "Xã, phường, đặc khu": "xã Vĩnh Bảo",
        "Loại đơn vị cấp xã": "xã",
    },
    lines=(
        {
            "Nội dung chi": "Máy xay xát, đánh bóng 3 tấn/giờ",
            "Đơn vị tính": "máy",
            "Số lượng": "1",
            "Đơn giá": "520 triệu",
            "KCQG": "200 triệu",
            "Đối ứng": "320 triệu",
            "Căn cứ": "Báo giá ngày 05/10/2026",
        },
        {
            "Nội dung chi": "Máy tách màu",
            "Đơn vị tính": "máy",
            "Số lượng": "2",
            "Đơn giá": "100.000.000",
            "KCQG": "100.000.000",
            "Đối ứng": "100.000.000",
        },
    ),
    support="300000000",
    counterpart="420000000",
)


def test_a_national_project_goes_from_the_proposal_to_the_quarterly_report(
    person: Person, worker: None
) -> None:
    walks.assign()
    refused, kept = _on_the_agencys_desk("hai-phong", "thai-nguyen")

    centre = person("centre.hai-phong")
    code = write(centre, NATIONAL)
    send(centre, code, "12/TTKC")

    officer = person("dept.hai-phong")
    has_task(officer, "Thẩm định cấp cơ sở")
    act(
        officer,
        code,
        "Trả lại bổ sung",
        {
            "Cần sửa ở “3. Mục tiêu”": "Nêu số lao động được hưởng lợi.",
            "Cần sửa ở “Dòng 2. Máy tách màu”": "Bổ sung căn cứ giá.",
        },
    )
    _correct(centre, code)
    send(centre, code, "15/TTKC")
    act(officer, code, "Thẩm định cấp cơ sở", {"Phiếu thẩm định: số, ký hiệu": "7/PTĐ-SCT", **OPINIONS})

    director = person("dept.head.hai-phong")
    has_task(director, "Gửi đăng ký về Cục")
    _preregister(director)
    decide(
        director,
        "Gửi đăng ký về Cục",
        {"Báo cáo: số, ký hiệu": "31/BC-SCT", "Mục tiêu, định hướng năm 2027": "Ưu tiên cơ khí nhỏ."},
        {code: None},
    )

    agency = person("agency.officer")
    has_task(agency, "Thẩm định cấp Bộ")
    act(agency, code, "Thẩm định cấp Bộ", {"Phiếu thẩm định: số, ký hiệu": "9/PTĐ-ĐCK", **OPINIONS})
    head = person("agency.head")
    has_task(head, "Trình phê duyệt kế hoạch")
    decide(
        head,
        "Trình phê duyệt kế hoạch",
        {"Tờ trình: số, ký hiệu": "88/TTr-ĐCK"},
        dict.fromkeys((code, refused, kept)),
    )
    minister = person("ministry.leader")
    has_task(minister, "Phê duyệt kế hoạch")
    decide(
        minister,
        "Phê duyệt kế hoạch",
        {"Quyết định: số, ký hiệu": "1999/QĐ-BCT"},
        {
            code: Verdict("Phê duyệt mức khác", "Giảm một máy tách màu.", "280.000.000"),
            refused: Verdict("Không chọn", "Trùng nội dung với dự án khác."),
            kept: None,
        },
    )
    head.goto("/")
    has_task(head, "Giao kế hoạch, kinh phí")
    decide(
        head,
        "Giao kế hoạch, kinh phí",
        {"Thông báo: số, ký hiệu": "120/TB-ĐCK"},
        {code: Verdict("Giao một phần", "Dự toán đợt một chưa đủ.", "250 triệu"), kept: None},
    )
    carry_out(person, code, head="agency.head", sign="Ký hợp đồng", paper="Hợp đồng", done="500 triệu")

    open_report(officer, QUARTER)
    assert _figures(officer, 0) == _column("280", "250", "250", "250", "250", "420")
    open_figure(officer, "Thực hiện (nghiệm thu) trong kỳ", 0)
    main_of(officer).get_by_role("link", name=code).click()
    expect(main_of(officer)).to_contain_text(NATIONAL.title)
    open_report(officer, QUARTER)
    assert "Kế hoạch được phê duyệt cả năm 280 0 280" in printed_report(officer)

    open_report(agency, QUARTER)
    assert _figures(agency, 0) == _column("580", "550", "250", "250", "250", "420")
    open_figure(agency, "Kế hoạch được phê duyệt cả năm", 0)
    main_of(agency).get_by_role("link", name=code).click()
    expect(main_of(agency)).to_contain_text(NATIONAL.title)
    open_report(agency, QUARTER)
    assert "Kinh phí được giao 550 0 550" in printed_report(agency)


def test_a_local_project_goes_from_signing_in_to_the_quarterly_report_by_keys_alone(person: Person) -> None:
    walks.open_round(walks.LOCAL)
    walks.assign(programme=walks.LOCAL)

    with on_keys() as keys:
        code = walk_local(person)
        viewer = person("viewer.hai-phong")
        open_report(viewer, QUARTER)
        assert _figures(viewer, 1) == _column("100", "100", "100", "100", "100", "140")
        open_figure(viewer, "Quyết toán trong kỳ", 1)
        keys.press(main_of(viewer).get_by_role("link", name=code))
        expect(main_of(viewer)).to_contain_text(LOCAL.title)
    assert sorted(keys.faults) == []


def _on_the_agencys_desk(*slugs: str) -> list[str]:
    """Codes of other files of 2027, one of each province, appraised by the agency: each asks 300 million đồng."""
    scene = walks.new_scene()
    files = [walks.draft(slug=slug, scene=scene) for slug in slugs]
    for file in files:
        walks.ready_to_propose(file)
    return [file.year.project.code for file in files]


def _correct(page: Page, code: str) -> None:
    """The centre sees which fields and why; those are open, the others locked."""
    page.goto("/")
    main_of(page).locator(".kc-tasks").get_by_role("link", name=code).click()
    expect(main_of(page)).to_contain_text("Nêu số lao động được hưởng lợi.")
    main_of(page).get_by_role("link", name="3. Mục tiêu").first.click()
    expect(field(page, "2. Sự cần thiết và căn cứ")).to_be_disabled()
    expect(main_of(page).locator("#id_objectives_field")).to_contain_text("Nêu số lao động được hưởng lợi.")
    field(page, "3. Mục tiêu").fill("Nâng tỷ lệ gạo nguyên lên 68%; 26 lao động được hưởng lợi.")
    press(page, "Lưu")
    told(page, "Đã lưu nội dung")
    page.goto(f"/de-an/{code}/du-toan/")
    first, second = main_of(page).locator("[data-row]").all()
    expect(field(first, "Đơn giá")).to_be_disabled()
    expect(main_of(page)).to_contain_text("Bổ sung căn cứ giá.")
    field(second, "Căn cứ").fill("Báo giá số 3 ngày 12/10/2026")
    press(page, "Lưu")
    told(page, "Đã lưu dự toán")


def _preregister(page: Page) -> None:
    """The department names the file to the agency before it registers it."""
    page.goto("/dot-dang-ky/")
    main_of(page).get_by_role("link", name="Đợt 1").click()
    main_of(page).get_by_role("link", name="Gửi danh mục đăng ký").click()
    field(page, "Báo cáo: số, ký hiệu").fill("30/BC-SCT")
    press(page, "Gửi danh mục đăng ký")
    told(page, "Đã gửi danh mục đăng ký.")


FIGURES = (
    "Kế hoạch được phê duyệt cả năm",
    "Kinh phí được giao",
    "Thực hiện (nghiệm thu) trong kỳ",
    "Giải ngân trong kỳ",
    "Quyết toán trong kỳ",
    "Vốn đối ứng thực hiện trong kỳ",
)


def _column(*millions: str) -> dict[str, str]:
    return dict(zip(FIGURES, millions, strict=True))


def _figures(page: Page, column: int) -> dict[str, str]:
    """What the report says of a programme: 0 is KCQG, 1 is KCĐP; in million đồng."""
    table = money_table(page)
    return {figure: table[figure][column] for figure in FIGURES}
