from projects.papers.parts import Funding
from projects.papers.registration import RegisteredGroup, registration_html
from tests.khuyencong.lib import printed
from tests.projects.papers import samples

MACHINERY = RegisteredGroup(
    name="Ứng dụng máy móc tiên tiến",
    lines=(
        samples.registered("KCQG-2027-0001"),
        samples.registered("KCQG-2027-0002", Funding(national=150_000_000)),
    ),
)
TRAINING = RegisteredGroup(
    name="Đào tạo nghề",
    lines=(samples.registered("KCQG-2027-0003", Funding(national=100_000_000), nature="Đề án nhóm"),),
)


def test_subtotals_and_total_add_up() -> None:
    paper = samples.registration(MACHINERY, TRAINING)
    assert MACHINERY.funding == Funding(national=450_000_000, counterpart=420_000_000)
    assert paper.funding == Funding(national=550_000_000, counterpart=420_000_000)
    assert paper.count == 3


def test_the_report_tells_past_present_and_aims_and_asks_the_agency() -> None:
    text = printed.text(samples.printed_pdf(registration_html(samples.registration(MACHINERY, TRAINING))))
    assert f"Kính gửi: {samples.AGENCY}." in text
    for words in (
        "I. Kết quả thực hiện công tác khuyến công năm 2025 Năm 2025 thực hiện 1.586.629.000 đồng.",
        "II. Đánh giá tình hình thực hiện kế hoạch khuyến công năm 2026 Đã ký hợp đồng 09 đề án.",
        "III. Mục tiêu và định hướng công tác khuyến công năm 2027 Ưu tiên cơ khí, công nghiệp hỗ trợ.",
        "đăng ký 3 đề án, nhiệm vụ khuyến công quốc gia năm 2027 với tổng kinh phí 970.000.000 đồng",
        "550.000.000 đồng (Bằng chữ: Năm trăm năm mươi triệu đồng)",
    ):
        assert words in text


def test_the_table_shows_groups_lines_and_the_total_and_says_whose_layout_it_is() -> None:
    pages = printed.pages(samples.printed_pdf(registration_html(samples.registration(MACHINERY, TRAINING))))
    table = printed.page_text(pages[-1])
    assert "BIỂU TỔNG HỢP ĐỀ ÁN, NHIỆM VỤ ĐĂNG KÝ KẾ HOẠCH KHUYẾN CÔNG QUỐC GIA NĂM 2027" in table
    assert "Ứng dụng máy móc tiên tiến 870.000.000 450.000.000 420.000.000" in table
    assert "(Đề án nhóm) KCQG-2027-0003" in table
    assert "Tổng cộng 970.000.000 550.000.000 420.000.000" in table
    assert table.endswith("Biểu do phần mềm lập, cột suy ra từ Thông tư số 36/2013/TT-BCT (Mẫu số 2).")


def test_an_answer_of_nothing_is_a_report_without_a_table() -> None:
    pages = printed.pages(samples.printed_pdf(registration_html(samples.registration())))
    text = " ".join(printed.page_text(page) for page in pages)
    assert "Năm 2027, thành phố Hải Phòng không đăng ký đề án, nhiệm vụ khuyến công quốc gia." in text
    assert "Phụ lục" not in text
