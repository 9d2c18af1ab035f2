"""What charts and maps share: SVG text by presentation attributes.

No style attribute, no class, no style element: the same picture stands on the page under the strict CSP and
in WeasyPrint, which does not apply the page's stylesheet inside an inline SVG.
"""

from __future__ import annotations

from decimal import Decimal
from html import escape

from khuyencong.lib.numbers import decimal_text

# The first is the family of papers (static/papers/nd30.css): only a PDF knows it, a browser takes the next.
FONT = "Liberation Serif VN, Segoe UI, Roboto, Noto Sans, Liberation Sans, Arimo, Arial, sans-serif"
INK, MUTED, RULE, MISSING = "#1b2530", "#55616e", "#d9dfe7", "#e9edf1"
LETTER = 0.54  # mean width of a letter in em, to guess how long a text becomes

Number = int | Decimal


def number_text(value: Number | None) -> str:
    """1234.5 as "1.234,5"; what is missing as "chưa có số liệu"."""
    return "chưa có số liệu" if value is None else decimal_text(Decimal(value))


def text(
    x: float,
    y: float,
    content: str,
    *,
    anchor: str = "start",
    size: float = 12,
    fill: str = INK,
    bold: bool = False,
) -> str:
    """One line of text with its baseline at ``y``; ``anchor`` is start, middle or end."""
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-family="{FONT}" font-size="{size:g}" fill="{fill}" '
        f'text-anchor="{anchor}"{weight}>{escape(content)}</text>'
    )


def wrapped(content: str, *, width: float, size: float) -> list[str]:
    """The words of ``content`` in lines that are about ``width`` wide at font size ``size``."""
    room, lines = width / (size * LETTER), [""]
    for word in content.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > room:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
