"""What both routes share: a centre writes a file, and the file goes from its contract to its settlement."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import FilePayload, Page, expect
from pypdf import PdfWriter

from tests.browser.hands import hands
from tests.browser.pages import (
    Answer,
    Verdict,
    act,
    choose,
    decide,
    field,
    fill_in,
    follow,
    has_task,
    main_of,
    press,
    told,
)
from tests.khuyencong.lib import printed

Person = Callable[[str], Page]

REQUIRED_PAPERS = ("D01", "D04", "D05", "D06")
"""What somebody else signs and the file needs to be sent (papers.md §5.2); the rest is written here."""

CONTENT: Mapping[str, Answer] = {
    "Bắt đầu": "01/03/2027",
    "Kết thúc": "30/11/2027",
    "1. Địa điểm thực hiện": "Xã Vĩnh Bảo, thành phố Hải Phòng.",
    "Đơn vị phối hợp": "Ủy ban nhân dân xã Vĩnh Bảo",
    "2. Sự cần thiết và căn cứ": "Cơ sở xay xát bằng máy cũ, tỷ lệ gạo nguyên chỉ đạt 58%.",
    "3. Mục tiêu": "Nâng tỷ lệ gạo nguyên lên 68%, công suất 3 tấn mỗi giờ.",
    "4. Quy mô, đặc điểm nổi bật": "Dây chuyền xay xát, đánh bóng, tách màu khép kín.",
    "5. Nội dung": "Mua sắm, lắp đặt, chạy thử, hướng dẫn vận hành.",
    "7. Tổ chức thực hiện": "Trung tâm ký hợp đồng với cơ sở, giám sát và thanh toán.",
    "8. Hiệu quả kinh tế, xã hội, môi trường": "Thêm 9 việc làm, giảm bụi tại xưởng.",
    "Cam kết chưa được hỗ trợ từ nguồn ngân sách nhà nước cho cùng nội dung chi": True,
}
OPINIONS = {
    "1. Phù hợp với nguyên tắc, nội dung, ngành nghề, đối tượng ưu tiên": "Đúng ngành nghề, đúng địa bàn.",
    "2. Mục tiêu, sự cần thiết, hiệu quả; tính hợp lý của dự toán": "Dự toán theo báo giá, hợp lý.",
    "3. Năng lực của đơn vị thực hiện, phối hợp và thụ hưởng": "Đủ mặt bằng, lao động, vốn đối ứng.",
    "4. Khả năng kết hợp, lồng ghép với chương trình, dự án khác": "Không trùng chương trình khác.",
    "5. Tính đầy đủ, hợp lệ của hồ sơ": "Hồ sơ đủ thành phần.",
}


@dataclass(frozen=True)
class Draft:
    """A file as its author has it in mind; cells of the estimate by their labels, amounts as typed."""

    programme: str
    title: str
    activity: str
    establishment: Mapping[str, str]
    lines: tuple[Mapping[str, str], ...]
    support: str
    counterpart: str


MACHINES = "T10 – Ứng dụng máy móc, thiết bị tiên tiến (kể cả dây chuyền)"

LOCAL = Draft(
    programme="Khuyến công địa phương",
    title="Hỗ trợ ứng dụng máy đột dập trong sản xuất nông cụ cầm tay",
    activity=MACHINES,
    establishment={
        "Tên cơ sở": "Hộ kinh doanh Rèn Mỹ Đồng Nguyễn Văn Ổn",
        "Loại hình": "Hộ kinh doanh",
        "Mã số thuế": "031079004455",
        "Người đại diện": "Ông Nguyễn Văn Ổn",
        "Ngành nghề": "Cơ khí, điện, điện tử, công nghiệp hỗ trợ",
        "Số lao động": "11",
        "Địa chỉ nơi sản xuất": "Thôn Phương Mỹ",
        "Xã, phường, đặc khu": "xã Việt Khê",
        "Loại đơn vị cấp xã": "xã",
    },
    lines=(
        {
            "Nội dung chi": "Máy đột dập 63 tấn",
            "Đơn vị tính": "máy",
            "Số lượng": "1",
            "Đơn giá": "240 triệu",
            "KCĐP": "100 triệu",
            "Đối ứng": "140 triệu",
        },
    ),
    support="100000000",
    counterpart="140000000",
)


def enter_establishment(page: Page, answers: Mapping[str, str]) -> None:
    hands().open(page, "/co-so/")
    follow(main_of(page), "Thêm cơ sở")
    fill_in(main_of(page), answers)
    press(page, "Lưu")
    told(page, f"Đã ghi {answers['Tên cơ sở']} vào danh bạ.")


def write(page: Page, draft: Draft) -> str:
    """Establishment, content, estimate, beneficiary, papers, up to the file that can be sent; answers its code."""
    enter_establishment(page, draft.establishment)
    hands().open(page, "/")
    follow(main_of(page), "Viết đề án mới")
    choose(page, "Chương trình", draft.programme)
    fill_in(
        main_of(page),
        {"Tên đề án": draft.title, "Nội dung hoạt động khuyến công": draft.activity, "Năm kế hoạch": "2027"},
    )
    press(page, "Lập hồ sơ và viết nội dung")
    told(page, "Mời ghi nội dung đề án.")
    code = urlsplit(page.url).path.split("/")[2]
    _write_content(page)
    _write_estimate(page, draft)
    _name_beneficiary(page, draft)
    _upload_papers(page)
    return code


def _write_content(page: Page) -> None:
    fill_in(main_of(page), CONTENT)
    choose(page, "vốn đối ứng", "Cam kết đầu tư đủ phần vốn còn lại")
    steps = main_of(page).locator("[data-row]")
    fill_in(
        steps.nth(0), {"Công việc": "Mua sắm, lắp đặt", "Từ ngày": "01/03/2027", "Đến ngày": "31/07/2027"}
    )
    fill_in(
        steps.nth(1), {"Công việc": "Chạy thử, nghiệm thu", "Từ ngày": "01/08/2027", "Đến ngày": "30/11/2027"}
    )
    press(page, "Lưu, sang Dự toán")


def _write_estimate(page: Page, draft: Draft) -> None:
    rows = main_of(page).locator("[data-row]")
    for number, line in enumerate(draft.lines):
        fill_in(rows.nth(number), line)
    expect(main_of(page)).to_contain_text("Các nguồn cộng lại bằng thành tiền.")
    first = draft.lines[0]
    source = "KCQG" if "KCQG" in first else "KCĐP"
    too_much = "hỗ trợ vượt 50% thành tiền của dòng"
    hands().write(field(rows.first, source), first["Đơn giá"])
    expect(main_of(page)).to_contain_text(too_much)
    hands().write(field(rows.first, source), first[source])
    expect(main_of(page)).not_to_contain_text(too_much)
    press(page, "Lưu, đi tiếp")


def _name_beneficiary(page: Page, draft: Draft) -> None:
    name = draft.establishment["Tên cơ sở"]
    hands().press(main_of(page).get_by_role("button", name=f"Chọn {name}"))
    told(page, f"Đã đưa {name} vào danh sách.")
    row = main_of(page).locator("[data-row]").first
    for label, amount in (("Hỗ trợ", draft.support), ("Đối ứng", draft.counterpart)):
        hands().write(field(row, label), amount, slowly=True)
    expect(main_of(page)).to_contain_text("Tổng hỗ trợ và đối ứng khớp với dự toán.")
    press(page, "Lưu, sang Tài liệu")


def _upload_papers(page: Page) -> None:
    for paper in REQUIRED_PAPERS:
        hands().press(page.locator(f"#{paper}").get_by_role("link", name="Tải tệp lên"))
        hands().upload(field(page, "Tệp"), scan(f"{paper}.pdf"))
        press(page, "Tải lên")
        told(page, "Đã nhận 1 tệp")
    expect(main_of(page)).to_contain_text("Đủ giấy tờ bắt buộc khi gửi hồ sơ.")


def scan(name: str) -> FilePayload:
    """A page of paper as a PDF."""
    writer, content = PdfWriter(), io.BytesIO()
    writer.add_blank_page(595, 842)
    writer.write(content)
    return {"name": name, "mimeType": "application/pdf", "buffer": content.getvalue()}


def send(page: Page, code: str, number: str) -> None:
    act(page, code, "Gửi hồ sơ đến Sở", {"Công văn: số, ký hiệu": number})


def carry_out(person: Person, code: str, *, head: str, sign: str, paper: str, done: str) -> None:
    """From the contract (or task) to the settlement, all that was allocated; ``head`` is the account of party A,
    ``done`` the value of the work at the first report.

    What the State already knows stands in the forms, so people type little: numbers of papers and what was done."""
    party_a, centre, director = person(head), person("centre.hai-phong"), person("centre.head.hai-phong")
    officer, acceptor = person("dept.hai-phong"), person("dept2.hai-phong")
    accountant_a = person(head.replace("head", "accountant"))
    act(party_a, code, sign, {f"{paper}: số, ký hiệu": f"1/{code}"})
    act(centre, code, "Bắt đầu thực hiện")
    act(
        centre,
        code,
        "Báo cáo tiến độ",
        {
            "Khối lượng hoàn thành (%)": "80",
            "Giá trị đã thực hiện": done,
            "Công việc đã làm trong tháng": "Đã lắp đặt xong, đang chạy thử.",
        },
    )
    act(officer, code, "Xác nhận tiến độ, khối lượng")
    act(director, code, "Đề nghị tạm ứng", {"Công văn: số, ký hiệu": f"2/{code}"})
    act(accountant_a, code, "Kế toán kiểm tra tạm ứng")
    act(party_a, code, "Chuyển tạm ứng", {"Chứng từ Kho bạc: số, ký hiệu": f"3/{code}"})
    act(
        acceptor,
        code,
        "Nghiệm thu cơ sở",
        {
            "Biên bản: số, ký hiệu": f"4/{code}",
            "Cơ sở ứng dụng máy móc tiên tiến, chuyển giao công nghệ (cơ sở)": "1",
            "Máy móc, thiết bị được hỗ trợ (máy)": "3",
        },
    )
    act(person("centre.accountant.hai-phong"), code, "Kế toán lập hồ sơ quyết toán")
    act(director, code, "Nộp hồ sơ thanh toán, quyết toán", {"Công văn: số, ký hiệu": f"5/{code}"})
    act(officer, code, "Xác nhận hồ sơ quyết toán")
    act(accountant_a, code, "Kế toán kiểm tra thanh toán")
    act(party_a, code, "Thanh toán với Kho bạc", {"Chứng từ Kho bạc: số, ký hiệu": f"6/{code}"})
    act(accountant_a, code, "Kế toán kiểm tra quyết toán")
    act(party_a, code, "Thanh lý, quyết toán", {"Biên bản: số, ký hiệu": f"7/{code}"})
    expect(main_of(party_a)).to_contain_text("Đã thanh lý, quyết toán")


def walk_local(person: Person) -> str:
    """A file of the province from the proposal to its settlement; answers its code. A round is open, money assigned."""
    centre = person("centre.hai-phong")
    code = write(centre, LOCAL)
    send(centre, code, "13/TTKC")
    act(
        person("dept.hai-phong"),
        code,
        "Thẩm định cấp cơ sở",
        {"Phiếu thẩm định: số, ký hiệu": "8/PTĐ-SCT", **OPINIONS},
    )
    finance = person("finance.hai-phong")
    has_task(finance, "Cho ý kiến về danh mục của Sở Công Thương")
    agree = Verdict("Thống nhất, có ý kiến", "Bố trí trong dự toán sự nghiệp kinh tế năm 2027.")
    decide(finance, "Cho ý kiến", {"Công văn: số, ký hiệu": "410/STC"}, {code: agree})
    director = person("dept.head.hai-phong")
    has_task(director, "Trình phê duyệt kế hoạch")
    decide(director, "Trình phê duyệt kế hoạch", {"Tờ trình: số, ký hiệu": "55/TTr-SCT"}, {code: None})
    chairman = person("committee.hai-phong")
    has_task(chairman, "Phê duyệt kế hoạch")
    decide(chairman, "Phê duyệt kế hoạch", {"Quyết định: số, ký hiệu": "2027/QĐ-UBND"}, {code: None})
    decide(finance, "Thẩm định phân bổ dự toán", {"Công văn: số, ký hiệu": "411/STC"}, {code: None})
    decide(director, "Giao kế hoạch, kinh phí", {"Quyết định: số, ký hiệu": "60/QĐ-SCT"}, {code: None})
    carry_out(
        person, code, head="dept.head.hai-phong", sign="Giao nhiệm vụ", paper="Quyết định", done="200 triệu"
    )
    return code


def open_report(page: Page, quarter: str) -> None:
    """The report of one's own scope for a quarter of 2027, as it stands now."""
    hands().open(page, "/bao-cao/")
    hands().press(main_of(page).get_by_role("link", name="Xem số liệu hiện thời"))
    hands().write(field(page, "Năm"), "2027")
    hands().pick(main_of(page).get_by_role("combobox", name="Kỳ", exact=True), quarter)
    expect(main_of(page).get_by_role("heading", level=1)).to_contain_text(
        re.compile(f"{quarter} năm 2027", re.IGNORECASE)
    )


def open_figure(page: Page, figure: str, column: int) -> None:
    """Tap a figure of the report: KCQG is the first column, KCĐP the second."""
    region = page.get_by_role("region", name="Kinh phí theo chương trình")
    row = region.get_by_role("row").filter(has=page.get_by_role("rowheader", name=figure))
    hands().press(row.get_by_role("cell").nth(column).get_by_role("link"))
    expect(main_of(page).get_by_role("heading", level=1)).to_have_text(figure)


def printed_report(page: Page) -> str:
    """Order the PDF of the report on the page, wait until the worker has made it; answers its text."""
    press(page, "Lập tệp PDF (dự thảo)")
    made = main_of(page).locator(".kc-job").get_by_role("link")
    file = page.request.get(
        str(made.get_attribute("href"))
    )  # a click would show it in the browser's own reader
    assert file.headers["content-type"] == "application/pdf"
    return printed.text(file.body())
