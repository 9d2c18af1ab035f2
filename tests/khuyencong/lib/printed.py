"""What a reader finds in a printed paper."""

from io import BytesIO
from typing import Any

from pypdf import PageObject, PdfReader

TOP = 57  # points: the upper margin, 20 mm


def reader(pdf: bytes) -> PdfReader:
    return PdfReader(BytesIO(pdf))


def pages(pdf: bytes) -> list[PageObject]:
    return list(reader(pdf).pages)


def page_text(page: PageObject) -> str:
    """The words of a page in one line."""
    return " ".join(page.extract_text().split())


def text(pdf: bytes) -> str:
    """The words of all pages in one line."""
    return " ".join(page_text(page) for page in pages(pdf))


def top_margin(page: PageObject) -> str:
    """The words in the upper margin: the page number and marks such as "DỰ THẢO"."""
    found: list[str] = []
    floor = float(page.mediabox.height) - TOP

    def visit(words: str, cm: list[float], tm: list[float], *_: Any) -> None:
        height = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        if words.strip() and height > floor:
            found.append(words.strip())

    page.extract_text(visitor_text=visit)
    return " ".join(found)


def fonts(pdf: bytes) -> dict[str, bool]:
    """Name of each font without the subset's tag, and whether it is embedded."""
    found = {}
    for page in pages(pdf):
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            descendant = font.get_object()["/DescendantFonts"][0].get_object()
            descriptor = descendant["/FontDescriptor"].get_object()
            name = str(font.get_object()["/BaseFont"]).removeprefix("/").partition("+")[2]
            found[name] = any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))
    return found
