"""Bar charts as SVG: ``columns`` stand side by side (years, quarters), ``bars`` lie (long names)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape

from django.utils.safestring import SafeString, mark_safe

from khuyencong.lib.drawing import INK, LETTER, MUTED, RULE, Number, number_text, text, wrapped

COLOURS = (
    "#0b4f9e",
    "#e0a100",
    "#2b8a6b",
    "#b3401e",
    "#7a5ea8",
    "#8a96a3",
)  # told apart also in grey and by the colour-blind
SMALL = 11.5
BAR = 18  # thickness of one bar


@dataclass(frozen=True)
class Series:
    """One colour of a chart: its name, and one value per category (None: chưa có số liệu)."""

    name: str
    values: Sequence[Number | None]


def columns(
    title: str,
    *,
    unit: str,
    categories: Sequence[str],
    series: Sequence[Series],
    stacked: bool = False,
    links: Sequence[str] = (),
    width: int = 480,
    height: int = 300,
) -> SafeString:
    """Upright bars; ``links`` opens the files behind a category. Values must not be negative (ValueError)."""
    peak = _peak(categories, series, stacked=stacked)
    steps = _steps(peak)
    top, left = 58.0, 12 + SMALL * LETTER * max(len(number_text(step)) for step in steps)
    floor = height - 40.0
    rise = (floor - top) / float(steps[-1])
    parts = _head(title, unit, series, width)
    for step in steps:
        y = floor - float(step) * rise
        parts.append(f'<path d="M{left:.1f} {y:.1f}H{width}" stroke="{RULE}"/>')
        parts.append(text(left - 6, y + 4, number_text(step), anchor="end", size=SMALL, fill=MUTED))
    room = (width - left) / len(categories)
    bar = min(44.0, room * 0.76 / (1 if stacked else len(series)))
    for index, category in enumerate(categories):
        middle = left + room * (index + 0.5)
        drawn, base = [], floor
        for number, one in enumerate(series):
            value = one.values[index]
            tall = float(value or 0) * rise
            x = middle - bar / 2 if stacked else middle + bar * (number - len(series) / 2)
            tip = f"{category}, {one.name}: {number_text(value)} {unit if value is not None else ''}".strip()
            drawn.append(_rect(x + 0.5, base - tall, bar - 1, tall, number, tip))
            if not stacked:
                drawn.append(_value_above(x + bar / 2, base - tall, value, bar * 1.25))
            else:
                base -= tall
        if stacked:
            drawn.append(_value_above(middle, base, _sum(series, index), room))
        for row, line in enumerate(wrapped(category, width=room, size=SMALL)[:2]):
            drawn.append(text(middle, floor + 16 + 13 * row, line, anchor="middle", size=SMALL))
        parts.append(_linked("".join(drawn), links, index))
    return _svg(title, unit, categories, series, parts, width, height, has_links=bool(links))


def bars(
    title: str,
    *,
    unit: str,
    categories: Sequence[str],
    series: Sequence[Series],
    stacked: bool = False,
    links: Sequence[str] = (),
    width: int = 480,
) -> SafeString:
    """Lying bars, each under its name; otherwise as ``columns``."""
    peak = _peak(categories, series, stacked=stacked)
    length = (width - SMALL * LETTER * (len(number_text(peak)) + 2)) / float(peak or 1)
    parts, y = _head(title, unit, series, width), 58.0 if len(series) > 1 else 34.0
    for index, category in enumerate(categories):
        drawn = [text(0, y + 12, category, size=12.5)]
        y += 17
        x = 0.0
        for number, one in enumerate(series):
            value = one.values[index]
            long = float(value or 0) * length
            tip = f"{category}, {one.name}: {number_text(value)} {unit if value is not None else ''}".strip()
            drawn.append(_rect(x, y, long, BAR - 4, number, tip))
            if stacked:
                x += long
            else:
                drawn.append(text(long + 5, y + 11, number_text(value), size=SMALL, fill=MUTED))
                y += BAR
        if stacked:
            drawn.append(text(x + 5, y + 11, number_text(_sum(series, index)), size=SMALL, fill=MUTED))
            y += BAR
        y += 7
        parts.append(_linked("".join(drawn), links, index))
    return _svg(title, unit, categories, series, parts, width, round(y), has_links=bool(links))


def _peak(categories: Sequence[str], series: Sequence[Series], *, stacked: bool) -> Number:
    if not categories or not series or any(len(one.values) != len(categories) for one in series):
        raise ValueError("a chart needs categories, and each series one value per category")
    known = [value for one in series for value in one.values if value is not None]
    if any(value < 0 for value in known):
        raise ValueError("a bar cannot show a negative value")
    sums = [_sum(series, index) or 0 for index in range(len(categories))]
    return max(sums if stacked else known, default=0)


def _sum(series: Sequence[Series], index: int) -> Number | None:
    known = [value for one in series if (value := one.values[index]) is not None]
    return sum(known) if known else None


def _steps(peak: Number) -> list[Number]:
    """Round numbers from 0 to at least ``peak``, four or five of them."""
    if not peak:
        return [0, 1]
    raw = Decimal(peak) / 4
    power = Decimal(10) ** raw.adjusted()
    step = next(power * factor for factor in (1, 2, Decimal("2.5"), 5, 10) if power * factor >= raw)
    count = math.ceil(Decimal(peak) / step)
    return [step * number for number in range(count + 1)]


def _head(title: str, unit: str, series: Sequence[Series], width: int) -> list[str]:
    parts = [
        text(0, 14, title, size=14, bold=True),
        text(width, 14, f"Đơn vị: {unit}", anchor="end", size=SMALL, fill=MUTED)
        if len(title) * 14 * LETTER + len(unit) * SMALL * LETTER + 70 < width
        else text(width, 34, f"Đơn vị: {unit}", anchor="end", size=SMALL, fill=MUTED),
    ]
    if len(series) > 1:
        x = 0.0
        for number, one in enumerate(series):
            parts.append(f'<rect x="{x:.1f}" y="24" width="11" height="11" fill="{COLOURS[number]}"/>')
            parts.append(text(x + 16, 34, one.name, size=SMALL))
            x += 34 + len(one.name) * SMALL * LETTER
    return parts


def _rect(x: float, y: float, width: float, height: float, number: int, tip: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{COLOURS[number]}">'
        f"<title>{escape(tip)}</title></rect>"
    )


def _value_above(x: float, y: float, value: Number | None, room: float) -> str:
    shown = "–" if value is None else number_text(value)
    if len(shown) * 10.5 * LETTER > room:
        return ""  # it would run into its neighbour; the tip and the description still say it
    return text(x, y - 4, shown, anchor="middle", size=10.5, fill=INK)


def _linked(drawn: str, links: Sequence[str], index: int) -> str:
    return f'<a href="{escape(links[index])}">{drawn}</a>' if links and links[index] else drawn


def _svg(
    title: str,
    unit: str,
    categories: Sequence[str],
    series: Sequence[Series],
    parts: list[str],
    width: int,
    height: int,
    *,
    has_links: bool,
) -> SafeString:
    spoken = "; ".join(
        f"{category}: " + ", ".join(f"{one.name} {number_text(one.values[index])}" for one in series)
        for index, category in enumerate(categories)
    )
    role = "group" if has_links else "img"  # what stands inside an img cannot be reached
    return mark_safe(  # noqa: S308 -- every text in it was escaped where it was written
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="{role}" aria-label="{escape(f"{title} ({unit}). {spoken}")}">'
        + "".join(parts)
        + "</svg>"
    )
