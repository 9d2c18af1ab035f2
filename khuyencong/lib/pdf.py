"""A paper's HTML becomes a PDF that is archived: PDF/A-2a, one font family, the same bytes every time."""

import gc
import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from itertools import product
from pathlib import Path
from unicodedata import normalize
from urllib.parse import unquote, urlsplit

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

# The folder with the stylesheet and the fonts of all papers: the only place a paper may load files from.
PAPERS = Path(__file__).resolve().parents[2] / "static" / "papers"

FONT_FILES = (
    "fonts/LiberationSerif-Regular.ttf",
    "fonts/LiberationSerif-Bold.ttf",
    "fonts/LiberationSerif-Italic.ttf",
    "fonts/LiberationSerif-BoldItalic.ttf",
)

_TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
_LOWER = "đ" + "".join(normalize("NFC", vowel + tone) for vowel, tone in product("aăâeêioôơuưy", _TONES))
VIETNAMESE_LETTERS = frozenset(_LOWER + _LOWER.upper())


class ForeignAddressError(FatalURLFetchingError):  # type: ignore[misc]
    """A paper asked for something outside its own folder; the render stops."""


class _PaperFetcher(URLFetcher):  # type: ignore[misc]
    """Opens `data:` addresses and files below PAPERS, nothing else.

    Papers are made of our own templates and escaped text, so any other address, and a file that is
    missing, is a fault: it stops the render instead of leaving a paper without its layout.
    """

    def __init__(self) -> None:
        super().__init__(allowed_protocols=("data", "file"), allow_redirects=False, fail_on_errors=True)
        self.refused: str | None = None

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        parts = urlsplit(url)
        if parts.scheme == "file":
            path = Path(unquote(parts.path)).resolve()
            ours = not parts.netloc and path.is_relative_to(PAPERS) and path.is_file()
        else:
            ours = parts.scheme == "data"
        if not ours:
            self.refused = url
            raise ForeignAddressError(url)
        return super().fetch(url, headers)


def render_pdf(html: str, *, title: str, author: str, created: datetime, identifier: str) -> bytes:
    """Render one paper as PDF/A-2a (tagged, Vietnamese), with the stylesheet nd30.css already applied.

    `created` is the moment the paper bears (with time zone), never the clock; `identifier` names the paper
    and its version. Same arguments, same bytes. Conformance is claimed by metadata, tags and fonts; no
    validator has confirmed it. Raises ForeignAddressError when the HTML points outside PAPERS. Linear in the
    number of table cells, about 0.6 ms each: call it in a Celery task.
    """
    if created.tzinfo is None:
        raise ValueError("created needs a time zone")
    stylesheet, fonts = _stylesheet()
    options = {"pdf_variant": "pdf/a-2a", "pdf_identifier": hashlib.sha256(identifier.encode()).digest()[:16]}
    with _collector_paused():
        fetcher = _PaperFetcher()
        page = HTML(string=html, base_url=f"{PAPERS.as_uri()}/", url_fetcher=fetcher)
        document = page.render(font_config=fonts, stylesheets=[stylesheet], **options)
        metadata = document.metadata
        metadata.title, metadata.authors, metadata.lang = title, [author], "vi"
        metadata.created = metadata.modified = created.isoformat(timespec="seconds")
        pdf: bytes = document.write_pdf(**options)
    if fetcher.refused:  # inside an SVG the exception is caught and the picture left out
        raise ForeignAddressError(fetcher.refused)
    return pdf


def missing_fonts(folder: Path = PAPERS) -> tuple[str, ...]:
    """Name the font files that are absent or lack a Vietnamese letter; empty when papers can be printed.

    A font with gaps does not fail: WeasyPrint quietly borrows single letters from another family.
    """
    return tuple(name for name in FONT_FILES if not _holds_vietnamese(folder / name))


def _holds_vietnamese(font: Path) -> bool:
    if not font.is_file():
        return False
    with TTFont(font, lazy=True) as opened:
        return VIETNAMESE_LETTERS.issubset(map(chr, opened.getBestCmap()))


@cache
def _stylesheet() -> tuple[CSS, FontConfiguration]:
    """Parse the layout and load its fonts once per process; both are only read afterwards."""
    fonts = FontConfiguration()
    return CSS((PAPERS / "nd30.css").as_uri(), url_fetcher=_PaperFetcher(), font_config=fonts), fonts


@contextmanager
def _collector_paused() -> Iterator[None]:
    # A render makes a great many boxes that live to its end; looking for garbage among them costs a quarter.
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
