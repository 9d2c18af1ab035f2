from projects.papers.parts import Funding, Period, YearPart
from projects.papers.project import EstimateRow, project_html
from tests.khuyencong.lib import printed
from tests.projects.papers import samples


def test_the_eight_contents_of_article_5_stand_in_order() -> None:
    text = printed.text(samples.printed_pdf(project_html(samples.project())))
    contents = (
        "I. Đơn vị thực hiện, đơn vị phối hợp, đơn vị thụ hưởng, địa điểm thực hiện",
        "II. Sự cần thiết và căn cứ của đề án",
        "III. Mục tiêu",
        "IV. Quy mô đề án",
        "V. Nội dung và tiến độ",
        "VI. Dự toán kinh phí",
        "VII. Tổ chức thực hiện",
        "VIII. Hiệu quả của đề án",
    )
    places = [text.index(f" {heading} ") for heading in contents]
    assert places == sorted(places)


def test_headings_of_the_estimate_are_not_added_twice() -> None:
    paper = samples.project()
    assert paper.estimate_total == 727_500_000
    assert paper.estimate_funding == Funding(national=307_500_000, counterpart=420_000_000)


def test_the_estimate_is_an_annex_on_a_turned_sheet_with_its_total_in_words() -> None:
    pages = printed.pages(samples.printed_pdf(project_html(samples.project())))
    annex = printed.page_text(pages[-1])
    assert pages[-1].mediabox.width > pages[-1].mediabox.height
    assert annex.startswith(
        "Phụ lục DỰ TOÁN KINH PHÍ THỰC HIỆN ĐỀ ÁN (Kèm theo Đề án số 07/ĐA-TTKC ngày 10 tháng 6"
    )
    assert (
        "1 Trung tâm gia công đứng CNC 3 trục máy 1,5 480.000.000 720.000.000 300.000.000 420.000.000"
        in annex
    )
    assert "Tổng cộng 727.500.000 307.500.000 420.000.000" in annex
    assert "Bằng chữ: Bảy trăm hai mươi bảy triệu năm trăm nghìn đồng." in annex
    assert "cột suy ra từ Thông tư số 36/2013/TT-BCT (Mẫu số 1)" in annex


def test_the_table_has_the_sources_that_give_something() -> None:
    both = samples.project(
        estimate=(
            EstimateRow(position="1", item="Máy", amount=3, funding=Funding(national=2, counterpart=1)),
            EstimateRow(position="2", item="Bệ", amount=3, funding=Funding(local=1, counterpart=1, other=1)),
        )
    )
    annex = printed.page_text(printed.pages(samples.printed_pdf(project_html(both)))[-1])
    assert "KC quốc gia KC địa phương Đơn vị thụ hưởng Nguồn khác" in annex
    assert "Tổng cộng 6 2 1 2 1" in annex


def test_a_stand_alone_estimate_has_none_of_the_eight_contents() -> None:
    text = printed.text(samples.printed_pdf(project_html(samples.project(subject="hạng mục", parts=False))))
    assert "II. Dự toán kinh phí Tổng kinh phí thực hiện hạng mục: 727.500.000 đồng" in text
    assert "5. Thời gian thực hiện: từ" in text
    for part in ("Sự cần thiết", "Mục tiêu", "Quy mô", "Tổ chức thực hiện", "Hiệu quả", "đề án"):
        assert part not in text


def test_the_text_of_the_project_comes_out_whole() -> None:
    text = printed.text(samples.printed_pdf(project_html(samples.project())))
    assert "Máy phay cơ cũ, sai số lớn. Đơn hàng đòi hỏi độ chính xác cao." in text
    assert "1 Mua sắm, lắp đặt máy từ 01/03/2027 đến 30/11/2027 Đơn vị thụ hưởng" in text


def test_an_unfinished_project_shows_dots_where_text_is_missing() -> None:
    empty = samples.project(
        need="", objectives="", scale="", content="", organisation="", effects="", place="",
        period=Period(None, None), beneficiaries=(), schedule=(), estimate=(),
    )  # fmt: skip
    text = printed.text(samples.printed_pdf(project_html(empty)))
    assert text.count("…………") == 7
    assert "Thời gian thực hiện đề án: từ … đến …." in text
    assert "Tổng kinh phí thực hiện đề án: 0 đồng (Bằng chữ: Không đồng)" in text


def test_what_a_person_typed_is_never_markup() -> None:
    trap = '<script>x</script> <img src="file:///etc/x">'
    html = project_html(samples.project(need=trap, partner=trap, place=trap, objectives=trap))
    assert "<script" not in html
    assert printed.text(samples.printed_pdf(html)).count(trap) == 4


def test_a_project_over_years_prints_its_split_and_the_sum_of_it() -> None:
    years = (
        YearPart(year=2027, support=300_000_000, counterpart=420_000_000, stages="Lắp máy", results="01 máy"),
        YearPart(
            year=2028, support=200_000_000, counterpart=50_000_000, stages="Thương hiệu", results="01 nhãn"
        ),
    )
    text = printed.text(
        samples.printed_pdf(
            project_html(samples.project(years=years, activities=("T17 Xây dựng thương hiệu",)))
        )
    )
    assert "Đề án thực hiện trong 2 năm ngân sách" in text
    assert "2027 300.000.000 420.000.000 Lắp máy 01 máy" in text
    assert "Cộng 500.000.000 470.000.000" in text
    assert "Các nội dung hoạt động khác của đề án điểm: T17 Xây dựng thương hiệu." in text
