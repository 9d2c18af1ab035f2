from projects.papers.acceptance import acceptance_html
from projects.papers.parts import Funding
from tests.khuyencong.lib import printed
from tests.projects.papers import samples


def test_every_party_is_named_and_signs() -> None:
    text = printed.text(samples.printed_pdf(acceptance_html(samples.acceptance())))
    for role, person in (
        ("Cơ quan nghiệm thu", "Vũ Đức Thắng"),
        ("Đơn vị thực hiện", "Nguyễn Thị Ngọc Ánh"),
        ("Đơn vị thụ hưởng", "Lê Thị Hoa"),
        ("Ủy ban nhân dân xã", "Bùi Văn Khoa"),
    ):
        assert text.count(f"{role}: ") >= 1
        assert text.count(person) == 2
        assert f"ĐẠI DIỆN {role.upper()}" in text
    assert "được lập thành 04 bản có giá trị như nhau" in text


def test_works_outputs_and_amounts_are_recorded() -> None:
    text = printed.text(samples.printed_pdf(acceptance_html(samples.acceptance())))
    for words in (
        "Hôm nay, ngày 20 tháng 10 năm 2027, tại xưởng sản xuất của đơn vị thụ hưởng",
        "2. Hợp đồng số 25/2027/HĐ-ĐCK ngày 10 tháng 3 năm 2027.",
        "Đã lắp đặt, chạy thử 01 máy. Đã làm nền móng bằng vốn đối ứng.",
        "1 Máy móc, thiết bị được hỗ trợ máy 1.250",
        "1 Kinh phí khuyến công quốc gia 300.000.000 295.000.000",
        "2 Vốn đối ứng của đơn vị thụ hưởng 420.000.000 435.500.000",
        "Tổng cộng 720.000.000 730.500.000",
        "295.000.000 đồng (Bằng chữ: Hai trăm chín mươi lăm triệu đồng)",
    ):
        assert words in text


def test_a_row_for_other_sources_appears_only_when_they_give_something() -> None:
    assert "Nguồn khác" not in acceptance_html(samples.acceptance())
    assert "Nguồn khác" in acceptance_html(samples.acceptance(accepted=Funding(national=1, other=2)))


def test_minutes_without_outputs_and_beneficiary_number_their_points_through() -> None:
    text = printed.text(samples.printed_pdf(acceptance_html(samples.acceptance(outputs=(), beneficiary=""))))
    assert f"3. Địa điểm thực hiện: {samples.SITE}." in text
    assert "2. Kinh phí, vốn đối ứng được nghiệm thu" in text


def test_the_minutes_say_whose_layout_they_follow() -> None:
    text = printed.text(samples.printed_pdf(acceptance_html(samples.acceptance())))
    assert (
        "Biên bản do phần mềm lập, nội dung theo Điều 14, Điều 19 và Điều 21 "
        "Thông tư số 36/2013/TT-BCT (Mẫu số 5a)."
    ) in text
