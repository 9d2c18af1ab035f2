import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.template import engines

from khuyencong.lib.paper import PaperFrame, Signature, capacity_lines, paper_number
from khuyencong.lib.pdf import render_pdf
from khuyencong.lib.workflow import Refused
from tests.khuyencong.lib import printed

BLANK = "\N{NO-BREAK SPACE}" * 8
HEAD = Signature(lines=("GIÁM ĐỐC",), name="Nguyễn Thị Ngọc Ánh")


def frame(**changes: Any) -> PaperFrame:
    known: dict[str, Any] = {
        "superior": "Ủy ban nhân dân\nthành phố Hải Phòng",
        "issuer": "Sở Công Thương",
        "symbol": "BC-SCT",
        "number": "7",
        "place": "Hải Phòng",
        "dated": date(2026, 2, 5),
        "type_name": "Báo cáo",
        "summary": "Kết quả công tác khuyến công quý III năm 2026",
        "signatures": (HEAD,),
    }
    return PaperFrame(**known | changes)


def html(paper: PaperFrame, *, body: str = "", annexes: str = "") -> str:
    template = engines["django"].from_string(
        '{% extends "papers/base.html" %}'
        f"{{% block body %}}{body}{{% endblock %}}{{% block annexes %}}{annexes}{{% endblock %}}"
    )
    return template.render({"frame": paper})


def render(paper: PaperFrame, *, body: str = "", annexes: str = "") -> bytes:
    return render_pdf(
        html(paper, body=body, annexes=annexes),
        title="Báo cáo",
        author="Sở Công Thương",
        created=datetime(2026, 2, 5, tzinfo=UTC),
        identifier="báo cáo",
    )


def texts(tag: str, markup: str) -> list[str]:
    """The texts of all elements `tag`, which may carry attributes."""
    found = re.findall(rf"<{tag}(?: [^>]*)?>(.*?)</{tag.split()[0]}>", markup, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", "", text).split()) for text in found]


def test_a_number_below_ten_has_a_leading_zero() -> None:
    assert frame(number="7").number_and_symbol == "07/BC-SCT"
    assert frame(number="1284").number_and_symbol == "1284/BC-SCT"


def test_a_numbered_paper_bears_its_day() -> None:
    assert frame().date_words == "ngày 05 tháng 02 năm 2026"


@pytest.mark.parametrize("changes", [{"number": ""}, {"draft": True}])
def test_a_paper_without_number_leaves_room_for_number_and_day(changes: dict[str, Any]) -> None:
    assert frame(**changes).number_and_symbol == f"{BLANK}/BC-SCT"
    assert frame(**changes).date_words == "ngày … tháng … năm 2026"


def test_an_annex_names_the_paper_it_belongs_to() -> None:
    decision = frame(
        type_name="Quyết định", number="3105", symbol="QĐ-BCT", authority="Bộ trưởng Bộ Công Thương"
    )
    assert decision.attached_to == (
        "Kèm theo Quyết định số 3105/QĐ-BCT ngày 05 tháng 02 năm 2026 của Bộ trưởng Bộ Công Thương"
    )
    assert frame(issuer="Ủy ban nhân dân\ntỉnh Phú Thọ").attached_to.endswith(
        "của Ủy ban nhân dân tỉnh Phú Thọ"
    )


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (capacity_lines("Giám đốc"), ("GIÁM ĐỐC",)),
        (capacity_lines("Phó Giám đốc", deputy_for="Giám đốc"), ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")),
        (capacity_lines("Giám đốc", acting=True), ("Q. GIÁM ĐỐC",)),
        (capacity_lines("Chủ tịch", collective="Ủy ban nhân dân"), ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")),
        (
            capacity_lines("Phó Chủ tịch", collective="Ủy ban nhân dân", deputy_for="Chủ tịch"),
            ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"),
        ),
        (
            capacity_lines("Phó Cục trưởng", by_order_of="Bộ trưởng", deputy_for="Cục trưởng"),
            ("TL. BỘ TRƯỞNG", "KT. CỤC TRƯỞNG", "PHÓ CỤC TRƯỞNG"),
        ),
        (
            capacity_lines("Giám đốc Sở Công Thương", by_authority_of="Chủ tịch"),
            ("TUQ. CHỦ TỊCH", "GIÁM ĐỐC SỞ CÔNG THƯƠNG"),
        ),
    ],
)
def test_the_lines_above_a_name_stack_from_the_widest(
    lines: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert lines == expected


def test_every_ground_ends_with_a_semicolon_and_the_last_with_a_full_stop() -> None:
    markup = html(frame(grounds=("Căn cứ một", "Căn cứ hai", "Theo đề nghị của ba")))
    grounds = texts("p", markup.partition('class="grounds"')[2].partition("</div>")[0])
    assert grounds == ["Căn cứ một;", "Căn cứ hai;", "Theo đề nghị của ba."]


def test_recipients_and_addressees_are_closed_the_same_way() -> None:
    markup = html(frame(recipients_to=("Cục", "Ủy ban"), recipients=("Như trên", "Lưu: VT")))
    assert texts("li", markup) == ["Cục;", "Ủy ban.", "Như trên;", "Lưu: VT."]


def test_the_head_says_who_writes_under_which_number_where_and_when() -> None:
    page = printed.page_text(printed.pages(render(frame()))[0])
    assert page == (
        "ỦY BAN NHÂN DÂN THÀNH PHỐ HẢI PHÒNG SỞ CÔNG THƯƠNG CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM "
        "Độc lập - Tự do - Hạnh phúc Số: 07/BC-SCT Hải Phòng, ngày 05 tháng 02 năm 2026 BÁO CÁO "
        "Kết quả công tác khuyến công quý III năm 2026 GIÁM ĐỐC Nguyễn Thị Ngọc Ánh"
    )


def test_minutes_have_no_place_and_a_paper_without_symbol_no_number() -> None:
    markup = html(frame(symbol="", place=""))
    assert "Số:" not in markup
    assert "ngày" not in markup


def test_names_typed_as_markup_stay_text() -> None:
    trap = '<img src="http://127.0.0.1:1/"> & <b>đậm</b>'
    paper = frame(
        superior=trap, issuer=trap, summary=trap, type_name="Tờ trình", symbol=trap, number="1", place=trap,
        grounds=(trap,), recipients_to=(trap,), recipients=(trap,), signatures=(Signature(lines=(trap,), name=trap),),
    )  # fmt: skip
    text = printed.text(render(paper))
    assert text.count('<img src="http://127.0.0.1:1/"> & <b>đậm</b>') == 7
    assert text.count('<IMG SRC="HTTP://127.0.0.1:1/"> & <B>ĐẬM</B>') == 3


def test_the_page_number_stands_on_top_from_the_second_page() -> None:
    long = "<p>Nội dung khuyến công.</p>" * 100
    assert [printed.top_margin(page) for page in printed.pages(render(frame(), body=long))] == [
        "",
        "2",
        "3",
        "4",
    ]


def test_each_annex_counts_its_own_pages() -> None:
    lines = "<p>Dòng.</p>" * 40
    upright = f'<section class="annex">{lines}</section>'
    turned = f'<section class="annex wide">{lines}</section>'
    pages = printed.pages(render(frame(), body=lines, annexes=upright * 2 + turned * 2 + upright))
    assert [printed.top_margin(page) for page in pages] == ["", "2"] * 6


def test_a_wide_table_lies_on_a_turned_sheet_and_counts_on() -> None:
    body = '<p>Trước.</p><section class="wide"><p>Bảng rộng.</p></section><p>Sau.</p>'
    pages = printed.pages(render(frame(), body=body))
    shapes = [float(page.mediabox.width) > float(page.mediabox.height) for page in pages]
    assert shapes == [False, True, False]
    assert [printed.top_margin(page) for page in pages] == ["", "2", "3"]


def test_a_draft_says_so_on_every_page() -> None:
    pages = printed.pages(
        render(frame(draft=True), body="<p>Dòng.</p>" * 40, annexes='<section class="annex">a</section>')
    )
    assert "DỰ THẢO" in printed.page_text(pages[0])
    assert [printed.top_margin(page) for page in pages] == ["", "2 DỰ THẢO", "DỰ THẢO"]


def test_invented_figures_are_marked_on_every_page() -> None:
    pages = printed.pages(render(frame(illustration=True), body="<p>Dòng.</p>" * 40))
    assert [printed.top_margin(page) for page in pages] == ["Số liệu minh họa", "Số liệu minh họa 2"]


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_every_party_signs_once(count: int) -> None:
    signatures = tuple(
        Signature(lines=(f"BÊN {n}",), name=f"Người {n}", note="(Ký, đóng dấu)") for n in range(count)
    )
    text = printed.text(render(frame(signatures=signatures, recipients=("Lưu: VT",))))
    assert [text.count(f"BÊN {n}") + text.count(f"Người {n}") for n in range(count)] == [2] * count
    assert text.count("(Ký, đóng dấu)") == count
    assert text.count("Nơi nhận: - Lưu: VT.") == 1


def test_a_signature_never_stands_alone_on_a_page() -> None:
    for lines in range(28, 40):
        last = printed.pages(render(frame(), body="<p>Dòng.</p>" * lines + "<p>Câu cuối./.</p>"))[-1]
        assert "Câu cuối./." in printed.page_text(last)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("5/BC-SCT", "5/BC-SCT"),
        ("05/BC-SCT", "5/BC-SCT"),
        (" 005 / BC-SCT ", "5/BC-SCT"),
        ("12a/QĐ-UBND", "12a/QĐ-UBND"),
        ("7/2026/HĐ-ĐCK", "7/2026/HĐ-ĐCK"),
    ],
)
def test_one_number_is_kept_in_one_spelling(typed: str, kept: str) -> None:
    assert paper_number(typed) == kept


@pytest.mark.parametrize("typed", ["5", "0/BC-SCT", "/BC-SCT", "5/", "BC-SCT", "", "5-BC"])
def test_a_number_without_symbol_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match="chưa phải số, ký hiệu văn bản"):
        paper_number(typed)


def test_the_treasury_numbers_as_it_likes() -> None:
    assert paper_number(" UNC 00123 ", with_symbol=False) == "UNC 00123"
