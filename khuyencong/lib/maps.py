"""Map of the country by provinces, as they are or as they were, with Hoàng Sa and Trường Sa.

Boundaries: khuyencong/data/maps (its README names source and licence). They are projected once per process;
a map only fills in colours, links and values.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from django.utils.safestring import SafeString, mark_safe

from khuyencong.lib.drawing import INK, MISSING, MUTED, Number, number_text, text

Boundaries = Literal["now", "then"]  # 34 provinces since 1 July 2025, 63 until then

CREDIT = "Ranh giới tỉnh: Open Development Mekong, CC BY-SA 4.0, đã giản lược"
RAMP = ("#d6e6f6", "#a6c8e8", "#6ba1d4", "#3476ba", "#0b4f9e")
DATA = Path(__file__).resolve().parent.parent / "data"
UNITS_PER_DEGREE = 42.0
FINE = 10  # paths are whole numbers, drawn at a tenth of their size
CLOSEST = 4.0  # points of a border nearer than this (in FINE units) are one point
WEST, NORTH = 102.1, 23.45
WIDTH, HEIGHT, HEAD = 436, 694, 24
LEGEND = 318.0  # y of its heading, in the empty space west of the central coast

# Upper left corner of each archipelago's frame on the picture, and how much it is reduced.
FRAMES = {"Hoàng Sa": (342.0, 262.0, 1.0), "Trường Sa": (308.0, 548.0, 0.5)}


@dataclass(frozen=True)
class Shape:
    """A province on the picture: its path, and the islands (x, y) of the archipelago that belongs to it."""

    slug: str
    name: str
    path: str
    islands: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Frame:
    x: float
    y: float
    width: float
    height: float
    label: str
    belongs_to: str


def choropleth(
    values: Mapping[str, Number | None],
    *,
    title: str,
    unit: str,
    boundaries: Boundaries = "now",
    links: Mapping[str, str] | None = None,
) -> SafeString:
    """Provinces coloured in five classes of equal count; ``values`` (in ``unit``) and ``links`` by slug.

    A province with None or without a value is shown as "chưa có số liệu". Raises KeyError for a slug that is
    no province of these boundaries.
    """
    shapes, frames = _country(boundaries)
    unknown = {*values, *(links or {})} - {shape.slug for shape in shapes}
    if unknown:
        raise KeyError(f"no province of the map: {', '.join(sorted(unknown))}")
    classes = _classes([value for value in values.values() if value is not None])
    parts = [text(0, 14, title, size=14, bold=True), f'<g transform="translate(0 {HEAD})">']
    parts += [
        f'<rect x="{frame.x:.0f}" y="{frame.y:.0f}" width="{frame.width:.0f}" height="{frame.height:.0f}" '
        f'fill="#f7fafd" stroke="#8a96a3" stroke-width="0.7"/>'
        for frame in frames
    ]
    for shape in shapes:
        value, link = values.get(shape.slug), (links or {}).get(shape.slug, "")
        parts.append(_province(shape, value, unit, _colour(value, classes), link))
    for frame in frames:
        right, below = frame.x + frame.width, frame.y + frame.height
        parts.append(text(right, below + 13, frame.label, anchor="end", size=12))
        parts.append(text(right, below + 27, frame.belongs_to, anchor="end", size=12, fill=MUTED))
    missing = any(values.get(shape.slug) is None for shape in shapes)
    parts += [
        *_legend(classes, unit, missing=missing),
        text(0, HEIGHT - 4, CREDIT, size=10.5, fill=MUTED),
        "</g>",
    ]
    return mark_safe(  # noqa: S308 -- every text in it was escaped where it was written
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEAD + HEIGHT}" width="{WIDTH}" '
        f'height="{HEAD + HEIGHT}" role="group" aria-label="{escape(f"{title} ({unit})")}">'
        + "".join(parts)
        + "</svg>"
    )


def _classes(known: list[Number]) -> list[tuple[Number, Number]]:
    """At most five classes (lowest, highest value) of about equal count; equal values share a class."""
    ranked = sorted(known)
    cuts = sorted({ranked[len(ranked) * fifth // len(RAMP)] for fifth in range(len(RAMP))}) if ranked else []
    tops = [max(value for value in ranked if value < cut) for cut in cuts[1:]] + ranked[-1:]
    return list(zip(cuts, tops, strict=True))


def _colour(value: Number | None, classes: list[tuple[Number, Number]]) -> str:
    if value is None:
        return MISSING
    place = sum(value >= lowest for lowest, _ in classes) - 1
    return _shades(len(classes))[place]


def _shades(count: int) -> list[str]:
    """``count`` colours of the ramp, spread from light to dark."""
    return (
        [RAMP[-1]] if count == 1 else [RAMP[round(i * (len(RAMP) - 1) / (count - 1))] for i in range(count)]
    )


def _province(shape: Shape, value: Number | None, unit: str, colour: str, link: str) -> str:
    said = escape(f"{shape.name}: {number_text(value)}" + (f" {unit}" if value is not None else ""))
    islands = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="1.8" fill="{colour}" stroke="{INK}" stroke-width="0.5"/>'
        for x, y in shape.islands
    )
    drawn = (
        f'<g><title>{said}</title><path d="{shape.path}" transform="scale({1 / FINE:g})" fill="{colour}" '
        f'stroke="#ffffff" stroke-width="{0.7 * FINE:g}" stroke-linejoin="round"/>{islands}</g>'
    )
    return f'<a href="{escape(link)}" aria-label="{said}">{drawn}</a>' if link else drawn


def _legend(classes: list[tuple[Number, Number]], unit: str, *, missing: bool) -> list[str]:
    rows = [
        (shade, number_text(low) if low == high else f"{number_text(low)} – {number_text(high)}")
        for shade, (low, high) in zip(_shades(len(classes)) if classes else [], classes, strict=True)
    ]
    rows += [(MISSING, number_text(None))] if missing else []
    drawn = [text(0, LEGEND, unit[:1].upper() + unit[1:], size=12.5, bold=True)]
    for row, (shade, label) in enumerate(rows):
        y = LEGEND + 21 + 19 * row
        drawn.append(
            f'<rect x="0" y="{y - 10:.0f}" width="15" height="12" fill="{shade}" stroke="#8a96a3" '
            f'stroke-width="0.5"/>'
        )
        drawn.append(text(21, y, label, size=12.5))
    return drawn


@cache
def _country(boundaries: Boundaries) -> tuple[tuple[Shape, ...], tuple[Frame, ...]]:
    number = "34" if boundaries == "now" else "63"
    with (DATA / f"provinces-{number}.csv").open(encoding="utf-8", newline="") as file:
        slugs = {row["code"]: row["slug"] for row in csv.DictReader(file)}
    topology = json.loads((DATA / "maps" / f"vn{number}.topojson").read_text(encoding="utf-8"))
    islands, frames = _archipelagos()
    arcs = _arcs(topology)
    shapes = tuple(
        Shape(
            slugs[code], geometry["properties"]["name"], _path(geometry, arcs), tuple(islands.get(code, ()))
        )
        for geometry in topology["objects"]["provinces"]["geometries"]
        if (code := geometry["properties"]["code"])
    )
    return shapes, frames


def _projected(longitude: float, latitude: float) -> tuple[float, float]:
    """Mercator, in units of the picture, from its upper left corner."""

    def mercator(degrees: float) -> float:
        return math.degrees(math.log(math.tan(math.pi / 4 + math.radians(degrees) / 2)))

    return (longitude - WEST) * UNITS_PER_DEGREE, (mercator(NORTH) - mercator(latitude)) * UNITS_PER_DEGREE


def _arcs(topology: dict[str, Any]) -> list[list[tuple[int, int]]]:
    """The borders, each once, in FINE units; thinned here, so that neighbours keep one border."""
    (scale_x, scale_y), (left, bottom) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for steps in topology["arcs"]:
        x = y = 0
        points: list[tuple[int, int]] = []
        for number, (step_x, step_y) in enumerate(steps, start=1):
            x, y = x + step_x, y + step_y
            east, south = _projected(x * scale_x + left, y * scale_y + bottom)
            point = round(east * FINE), round(south * FINE)
            is_end = number in (1, len(steps))
            if is_end or math.dist(point, points[-1]) >= CLOSEST:
                points.append(point)
        arcs.append(points)
    return arcs


def _path(geometry: dict[str, Any], arcs: list[list[tuple[int, int]]]) -> str:
    polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    drawn = []
    for ring in (ring for polygon in polygons for ring in polygon):
        points: list[tuple[int, int]] = []
        for index in ring:
            border = arcs[index] if index >= 0 else arcs[~index][::-1]
            points += border[1:] if points else border
        (x, y), steps = points[0], []
        for (from_x, from_y), (to_x, to_y) in pairwise(points):
            steps.append(
                f"{to_x - from_x}{to_y - from_y:+d}" if to_y < from_y else f"{to_x - from_x} {to_y - from_y}"
            )
        drawn.append(f"M{x} {y}l{' '.join(steps)}z")
    return "".join(drawn)


def _archipelagos() -> tuple[dict[str, list[tuple[float, float]]], tuple[Frame, ...]]:
    """Islands by province code, and the frames they stand in, reduced and moved as FRAMES says."""
    features = json.loads((DATA / "maps" / "archipelagos.geojson").read_text(encoding="utf-8"))["features"]
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for feature in features:
        by_kind.setdefault(feature["properties"]["kind"], []).append(feature)
    labels = {
        feature["properties"]["archipelago"]: feature["properties"]["label"] for feature in by_kind["label"]
    }
    corners: dict[str, tuple[float, float]] = {}
    frames = []
    for feature in by_kind["inset_frame"]:
        name = feature["properties"]["archipelago"]
        ring = [_projected(*point) for point in feature["geometry"]["coordinates"][0]]
        left, top = min(x for x, _ in ring), min(y for _, y in ring)
        x, y, reduced = FRAMES[name]
        corners[name] = left, top
        wide, tall = (max(x for x, _ in ring) - left) * reduced, (max(y for _, y in ring) - top) * reduced
        label, _, belongs_to = labels[name].partition(" (")
        frames.append(Frame(x, y, wide, tall, label, "(" + belongs_to))
    islands: dict[str, list[tuple[float, float]]] = {}
    for feature in by_kind["island"]:
        name = feature["properties"]["archipelago"]
        (x, y, reduced), (left, top) = FRAMES[name], corners[name]
        east, south = _projected(*feature["geometry"]["coordinates"])
        place = x + (east - left) * reduced, y + (south - top) * reduced
        islands.setdefault(feature["properties"]["province_code"], []).append(place)
    return islands, tuple(frames)
