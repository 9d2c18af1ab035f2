import re
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import pytest

from khuyencong.lib import charts
from khuyencong.lib.charts import Series

SVG = "{http://www.w3.org/2000/svg}"
YEARS = ["2021", "2022"]
PLANNED = Series("Kế hoạch", [150, Decimal("107.5")])
ALLOCATED = Series("Được giao", [Decimal("75.641"), None])


def parsed(picture: str) -> ElementTree.Element:
    return ElementTree.fromstring(picture)  # noqa: S314 -- drawn one line above


def bars_of(picture: str, colour: int, side: str) -> list[float]:
    """Heights or widths of the bars of one series."""
    return [
        float(rect.attrib[side])
        for rect in parsed(picture).iter(f"{SVG}rect")
        if rect.attrib["fill"] == charts.COLOURS[colour] and rect.find(f"{SVG}title") is not None
    ]


def texts(picture: str) -> list[str]:
    return [str(text.text) for text in parsed(picture).iter(f"{SVG}text")]


@pytest.mark.parametrize("draw", [charts.columns, charts.bars])
@pytest.mark.parametrize("stacked", [False, True])
def test_a_chart_stands_under_the_strict_policy_and_in_the_pdf(draw: Any, stacked: bool) -> None:
    picture = draw("Kinh phí", unit="tỷ đồng", categories=YEARS, series=[PLANNED, ALLOCATED], stacked=stacked)
    attributes = {name for element in parsed(picture).iter() for name in element.attrib}
    assert attributes & {"style", "class", "id", "onclick"} == set()
    assert {element.tag for element in parsed(picture).iter()} & {f"{SVG}style", f"{SVG}script"} == set()


def test_columns_are_as_tall_as_their_values() -> None:
    picture = charts.columns("Kinh phí", unit="tỷ đồng", categories=YEARS, series=[PLANNED, ALLOCATED])
    tall, low = bars_of(picture, 0, "height")
    assert round(low / tall, 2) == round(107.5 / 150, 2)
    assert bars_of(picture, 1, "height")[1] == 0


def test_lying_bars_are_as_long_as_their_values() -> None:
    long, short = bars_of(charts.bars("T", unit="u", categories=YEARS, series=[PLANNED]), 0, "width")
    assert round(short / long, 2) == round(107.5 / 150, 2)


def test_a_stack_shows_its_sum_and_leaves_out_what_is_missing() -> None:
    picture = charts.columns("T", unit="u", categories=YEARS, series=[PLANNED, ALLOCATED], stacked=True)
    assert "225,641" in texts(picture)
    assert "107,5" in texts(picture)


def test_a_missing_value_is_said_to_be_missing_and_never_zero() -> None:
    picture = charts.columns("T", unit="tỷ đồng", categories=YEARS, series=[ALLOCATED])
    assert "–" in texts(picture)
    assert "2022: Được giao chưa có số liệu" in parsed(picture).attrib["aria-label"]


def test_the_axis_ends_above_the_highest_value_with_round_steps() -> None:
    picture = charts.columns("T", unit="u", categories=["a"], series=[Series("s", [758])])
    assert [text for text in texts(picture) if re.fullmatch(r"\d+", text)] == [
        "0",
        "200",
        "400",
        "600",
        "800",
        "758",
    ]


def test_an_empty_year_still_has_an_axis() -> None:
    picture = charts.columns("T", unit="u", categories=["2027"], series=[Series("s", [None])])
    assert bars_of(picture, 0, "height") == [0]


def test_a_category_opens_the_files_behind_it() -> None:
    picture = charts.columns(
        "T", unit="u", categories=YEARS, series=[PLANNED], links=["/de-an?nam=2021&x=1", "/de-an?nam=2022"]
    )
    links = [link.attrib["href"] for link in parsed(picture).iter(f"{SVG}a")]
    assert links == ["/de-an?nam=2021&x=1", "/de-an?nam=2022"]
    assert parsed(picture).attrib["role"] == "group"


def test_names_from_outside_are_text_and_not_markup() -> None:
    picture = charts.bars("<b>", unit='"', categories=["<i>"], series=[Series("&", [1])])
    assert texts(picture)[0] == "<b>"
    assert "<i>" in texts(picture)


@pytest.mark.parametrize(
    ("categories", "values"), [([], []), (["a"], [1, 2]), (["a"], [-1])], ids=["empty", "uneven", "negative"]
)
def test_what_a_bar_cannot_show_is_refused(categories: list[str], values: list[int]) -> None:
    with pytest.raises(ValueError, match="value"):
        charts.columns("T", unit="u", categories=categories, series=[Series("s", values)])
