import gc
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unicodedata import is_normalized

import pytest
from fontTools import subset  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from khuyencong.lib import pdf
from khuyencong.lib.charts import Series, columns
from khuyencong.lib.pdf import ForeignAddressError, missing_fonts, render_pdf
from tests.khuyencong.lib import printed

LETTERS = " ".join(sorted(pdf.VIETNAMESE_LETTERS))
PANGRAM = (
    "Nghị định về khuyến công: hỗ trợ cơ sở sản xuất ở xã, phường; chữ ký, dấu, kỹ thuật, đủ mười sáu tỷ."
)


def render(body: str, *, identifier: str = "giấy 1") -> bytes:
    return render_pdf(
        f'<html lang="vi"><body>{body}</body></html>',
        title="Báo cáo quý III",
        author="Sở Công Thương",
        created=datetime(2026, 10, 5, tzinfo=UTC),
        identifier=identifier,
    )


def test_only_one_family_is_used_and_embedded_in_every_face() -> None:
    faces = f"<p>{LETTERS} <b>{LETTERS}</b> <i>{LETTERS}</i> <b><i>{LETTERS}</i></b></p>"
    assert printed.fonts(render(faces)) == {
        "Liberation-Serif-VN": True,
        "Liberation-Serif-VN-Bold": True,
        "Liberation-Serif-VN-Italic": True,
        "Liberation-Serif-VN-Bold-Italic": True,
    }


def test_a_chart_brings_no_font_of_its_own() -> None:
    chart = columns(
        "Kinh phí", unit="triệu đồng", categories=["2025", "2026"], series=[Series("KCQG", [100, 150])]
    )
    assert printed.fonts(render(f"<figure>{chart}</figure>")) == {
        "Liberation-Serif-VN": True,
        "Liberation-Serif-VN-Bold": True,
    }


def test_the_text_comes_out_as_it_went_in() -> None:
    found = printed.text(render(f"<p>{PANGRAM} {LETTERS}</p>"))
    assert found == f"{PANGRAM} {LETTERS}"
    assert is_normalized("NFC", found)


def test_the_alphabet_has_every_vowel_in_every_tone() -> None:
    assert len(pdf.VIETNAMESE_LETTERS) == 2 * (12 * 6 + 1)
    assert set("ếằỗữợỵĐỲỜặ") <= pdf.VIETNAMESE_LETTERS


def test_a_second_run_gives_the_same_bytes() -> None:
    assert render(f"<p>{PANGRAM}</p>") == render(f"<p>{PANGRAM}</p>")


def test_another_paper_between_two_runs_changes_nothing() -> None:
    first = render(f"<p>{PANGRAM}</p>")
    render(f"<p><i>{LETTERS}</i></p>", identifier="giấy 2")
    assert render(f"<p>{PANGRAM}</p>") == first


def test_the_identifier_tells_two_versions_apart() -> None:
    assert render("<p>a</p>", identifier="bản 1") != render("<p>a</p>", identifier="bản 2")


def test_the_paper_says_what_it_is_and_when_it_was_made() -> None:
    document = printed.reader(render("<p>a</p>"))
    assert document.metadata is not None
    assert (document.metadata.title, document.metadata.author) == ("Báo cáo quý III", "Sở Công Thương")
    assert (
        document.metadata.creation_date
        == document.metadata.modification_date
        == datetime(2026, 10, 5, tzinfo=UTC)
    )
    root: Any = document.root_object
    assert root["/Lang"] == "vi"
    assert root["/MarkInfo"] == {"/Marked": True}
    metadata = root["/Metadata"].get_object().get_data()
    assert b'pdfaid:part="2" pdfaid:conformance="A"' in metadata


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:1/",
        "https://example.com/x.png",
        "file:///etc/passwd",
        "file://host/etc/passwd",
        "ftp://example.com/x",
        "../../manage.py",
        "fonts/../../../manage.py",
        "fonts/%2e%2e/%2e%2e/%2e%2e/manage.py",
        "no-such-picture.png",
        "//example.com/x.png",
    ],
)
@pytest.mark.parametrize(
    "markup",
    [
        '<img alt="" src="{}">',
        '<link rel="stylesheet" href="{}">',
        '<link rel="attachment" href="{}">',
        '<p style="background: url({})">a</p>',
        '<svg xmlns="http://www.w3.org/2000/svg"><image href="{}" width="9" height="9"/></svg>',
    ],
)
def test_an_address_outside_the_papers_folder_stops_the_render(markup: str, address: str) -> None:
    with pytest.raises(ForeignAddressError):
        render(markup.format(address))


def test_pictures_inside_the_paper_are_drawn() -> None:
    pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    page = printed.pages(render(f'<img alt="x" src="data:image/png;base64,{pixel}">'))[0]
    assert len(page.images) == 1


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        render_pdf("<p>a</p>", title="", author="", created=datetime(2026, 10, 5), identifier="")  # noqa: DTZ001


@pytest.mark.parametrize("enabled", [True, False])
def test_the_garbage_collector_is_left_as_it_was(enabled: bool) -> None:
    was_enabled = gc.isenabled()
    try:
        (gc.enable if enabled else gc.disable)()
        render("<p>a</p>")
        assert gc.isenabled() is enabled
        with pytest.raises(ForeignAddressError):
            render('<img alt="" src="http://127.0.0.1:1/">')
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if was_enabled else gc.disable)()


def test_no_font_is_missing() -> None:
    assert missing_fonts() == ()


def test_a_font_that_is_absent_is_named(tmp_path: Path) -> None:
    assert missing_fonts(tmp_path) == pdf.FONT_FILES


def test_a_font_that_lacks_a_letter_is_named(tmp_path: Path) -> None:
    shutil.copytree(pdf.PAPERS / "fonts", tmp_path / "fonts")
    poor, *_ = pdf.FONT_FILES
    font = TTFont(tmp_path / poor)
    cutter = subset.Subsetter()
    cutter.populate(text=LETTERS.replace("ữ ", ""))
    cutter.subset(font)
    font.save(tmp_path / poor)
    assert missing_fonts(tmp_path) == (poor,)
