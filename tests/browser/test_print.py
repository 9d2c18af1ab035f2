"""Lists on paper: no navigation, no buttons, the names of columns on every sheet, wide tables lengthwise."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from tests.cast import position
from tests.factories import make_establishment
from tests.projects import walks

pytestmark = pytest.mark.django_db(transaction=True)

NOT_ON_PAPER = ("Tải CSV", "In trang này", "Mục khác", "Hôm nay", "Lọc", "Mở đợt")


def on_paper(page: Page, address: str) -> PdfReader:
    page.goto(address)
    return PdfReader(BytesIO(page.pdf(prefer_css_page_size=True)))


def is_lengthwise(sheet: PdfReader) -> bool:
    box = sheet.pages[0].mediabox
    return bool(box.width > box.height)


def test_a_list_is_printed_as_a_table_without_what_is_pressed(person: Callable[[str], Page]) -> None:
    for _ in range(40):
        make_establishment(by=position("centre.hai-phong"))
    sheets = on_paper(person("centre.hai-phong"), "/co-so/")
    texts = [sheet.extract_text() for sheet in sheets.pages]
    assert len(texts) > 1
    assert all("Nơi sản xuất" in text for text in texts)  # a table's head, not a card's label
    assert not [word for word in NOT_ON_PAPER for text in texts if word in text]
    assert not is_lengthwise(sheets)


def test_a_wide_table_is_printed_lengthwise(person: Callable[[str], Page]) -> None:
    opened = walks.open_round()
    sheets = on_paper(person("agency.officer"), f"/dot-dang-ky/{opened.pk}/")
    texts = [sheet.extract_text() for sheet in sheets.pages]
    assert is_lengthwise(sheets)
    assert all("Hồ sơ đã gửi" in text for text in texts)
    assert not [word for word in NOT_ON_PAPER for text in texts if word in text]
