import pytest

from khuyencong.lib.paper import Signature, capacity_lines
from projects.papers.decision import ApprovedGroup, decision_html
from projects.papers.parts import Funding
from tests.khuyencong.lib import printed
from tests.projects.papers import samples

HAI_PHONG = ApprovedGroup(
    name="Thành phố Hải Phòng",
    lines=(
        samples.approved("KCQG-2027-0001"),
        samples.approved("KCQG-2027-0002", Funding(national=5_000_000)),
    ),
)
PHU_THO = ApprovedGroup(name="Tỉnh Phú Thọ", lines=(samples.approved("KCQG-2027-0003"),))
LOCAL = ApprovedGroup(
    name="", lines=(samples.approved("KCĐP-2026-0001", Funding(local=90_000_000, counterpart=1)),)
)


def test_article_1_and_the_annex_give_the_sum_of_the_lines() -> None:
    paper = samples.national_decision(HAI_PHONG, PHU_THO)
    assert paper.funding == Funding(national=605_000_000, counterpart=840_000_000)
    text = printed.text(samples.printed_pdf(decision_html(paper)))
    assert (
        "Điều 1. Phê duyệt kế hoạch khuyến công quốc gia năm 2027 (đợt 1) gồm 3 đề án, nhiệm vụ với kinh phí khuyến "
        "công quốc gia hỗ trợ là 605.000.000 đồng (Bằng chữ: Sáu trăm linh năm triệu đồng)"
    ) in text
    assert "Thành phố Hải Phòng 305.000.000 420.000.000 725.000.000" in text
    assert "Tổng cộng (3 đề án, nhiệm vụ) 605.000.000 840.000.000 1.445.000.000" in text
    assert text.endswith("Kinh phí khuyến công hỗ trợ, bằng chữ: Sáu trăm linh năm triệu đồng.")


def test_the_minister_decides_over_agency_and_departments() -> None:
    text = printed.text(samples.printed_pdf(decision_html(samples.national_decision(HAI_PHONG))))
    assert "BỘ TRƯỞNG BỘ CÔNG THƯƠNG QUYẾT ĐỊNH: Điều 1." in text
    assert f"Chánh Văn phòng Bộ, Cục trưởng {samples.AGENCY}, Vụ trưởng Vụ Kế hoạch" in text
    assert "thi hành Quyết định này./." in text


def test_the_annex_names_the_decision_and_counts_its_own_pages() -> None:
    pages = printed.pages(samples.printed_pdf(decision_html(samples.national_decision(HAI_PHONG))))
    annex = next(page for page in pages if page.mediabox.width > page.mediabox.height)
    assert printed.top_margin(annex) == ""
    assert (
        "Phụ lục DANH MỤC ĐỀ ÁN, NHIỆM VỤ KHUYẾN CÔNG QUỐC GIA NĂM 2027 (Kèm theo Quyết định số 1284/QĐ-BCT "
        "ngày 10 tháng 6 năm 2026 của Bộ trưởng Bộ Công Thương)"
    ) in printed.page_text(annex)


def test_a_draft_leaves_number_and_day_open_in_head_and_annex() -> None:
    text = printed.text(samples.printed_pdf(decision_html(samples.national_decision(HAI_PHONG, draft=True))))
    assert "Số: /QĐ-BCT DỰ THẢO Hải Phòng, ngày … tháng … năm 2026" in text
    assert "(Kèm theo Quyết định số /QĐ-BCT ngày … tháng … năm 2026 của Bộ trưởng Bộ Công Thương)" in text
    assert "1284" not in text


def test_a_column_stands_only_for_a_source_that_gives_something() -> None:
    html = decision_html(samples.local_decision(LOCAL))
    heads = [
        head
        for head in ("KC quốc gia", "KC địa phương", ">Đơn vị thụ hưởng</th>", "Nguồn khác")
        if head in html
    ]
    assert heads == ["KC địa phương", ">Đơn vị thụ hưởng</th>"]
    assert 'class="sources-2"' in html


def test_the_province_decides_over_its_own_departments() -> None:
    text = printed.text(samples.printed_pdf(decision_html(samples.local_decision(LOCAL))))
    assert "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH PHÚ THỌ" in text
    assert "kế hoạch khuyến công địa phương năm 2026 của tỉnh Phú Thọ gồm 1 đề án, nhiệm vụ" in text
    assert (
        "Giám đốc các Sở: Công Thương, Tài chính; Giám đốc Trung tâm Khuyến công Phú Thọ; Thủ trưởng" in text
    )
    assert "Bộ trưởng" not in text


@pytest.mark.parametrize(
    ("collective", "lines"),
    [
        ("", "KT. CHỦ TỊCH PHÓ CHỦ TỊCH"),
        ("Ủy ban nhân dân", "TM. ỦY BAN NHÂN DÂN KT. CHỦ TỊCH PHÓ CHỦ TỊCH"),
    ],
)
def test_the_line_above_the_chair_follows_the_province(collective: str, lines: str) -> None:
    signed = Signature(
        lines=capacity_lines("Phó Chủ tịch", collective=collective, deputy_for="Chủ tịch"), name="Hà Thị Lan"
    )
    text = printed.text(
        samples.printed_pdf(decision_html(samples.national_decision(HAI_PHONG, signatures=(signed,))))
    )
    assert f"QLCN. {lines} Hà Thị Lan" in text


def test_two_hundred_projects_fill_a_sensible_number_of_pages_each_with_its_head() -> None:
    lines = tuple(samples.approved(f"KCQG-2027-{n:04d}") for n in range(1, 201))
    paper = samples.national_decision(ApprovedGroup(name="", lines=lines))
    pages = printed.pages(samples.printed_pdf(decision_html(paper)))
    annex = [printed.page_text(page) for page in pages if page.mediabox.width > page.mediabox.height]
    assert len(annex) <= 30
    assert all("Tên, mã đề án, nhiệm vụ" in page for page in annex)
    assert " ".join(annex).count("KCQG-2027-") == 200
