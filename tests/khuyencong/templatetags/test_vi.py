import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.template import Context, Template
from django.utils import timezone

from khuyencong.lib.dates import today


def written(filter_: str, value: Any) -> str:
    return Template("{% load vi %}{{ value|" + filter_ + " }}").render(Context({"value": value}))


@pytest.mark.parametrize(
    ("filter_", "value", "text"),
    [
        ("grouped", 1505000000, "1.505.000.000"),
        ("grouped", 0, "0"),
        ("quantity", Decimal("1250.500"), "1.250,5"),
        ("dong", 1505000000, "1.505.000.000 đồng"),
        ("millions", 3108129000, "3.108,129"),
        ("millions:3", 1505000000, "1.505,000"),
        ("in_words", 1505000000, "Một tỷ năm trăm linh năm triệu đồng"),
        ("rate", Decimal("50.43"), "50,43%"),
        ("rate", Decimal("0"), "0,00%"),
        ("short_date", dt.date(2026, 10, 5), "05/10/2026"),
        ("long_date", dt.date(2026, 10, 5), "ngày 05 tháng 10 năm 2026"),
    ],
)
def test_a_value_is_written_in_vietnamese(filter_: str, value: Any, text: str) -> None:
    assert written(filter_, value) == text


def test_a_moment_is_written_as_its_day_in_viet_nam() -> None:
    evening_in_utc = dt.datetime(2026, 10, 4, 18, 0, tzinfo=dt.UTC)
    assert (written("short_date", evening_in_utc), written("long_date", evening_in_utc)) == (
        "05/10/2026",
        "ngày 05 tháng 10 năm 2026",
    )


def test_moments_and_deadlines_are_told_from_now() -> None:
    assert written("since", timezone.now()) == "vừa xong"
    assert written("time_left", today() + dt.timedelta(days=400)) in {"còn 400 ngày", "còn 399 ngày"}


@pytest.mark.parametrize("value", [None, ""])
@pytest.mark.parametrize(
    "filter_",
    [
        "grouped",
        "quantity",
        "dong",
        "millions",
        "in_words",
        "rate",
        "short_date",
        "long_date",
        "since",
        "time_left",
    ],
)
def test_what_is_missing_is_a_dash_and_never_a_zero(filter_: str, value: Any) -> None:
    assert written(filter_, value) == "–"
