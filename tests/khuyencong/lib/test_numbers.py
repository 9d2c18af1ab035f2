from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khuyencong.lib.numbers import (
    decimal_text,
    grouped,
    parse_decimal,
    percent,
    rate_text,
    ratio,
    split_proportionally,
    whole,
    year_of,
)


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0"), (999, "999"), (1505000000, "1.505.000.000"), (-75641, "-75.641")]
)
def test_thousands_are_set_apart_by_dots(number: int, text: str) -> None:
    assert grouped(number) == text


@pytest.mark.parametrize(
    ("number", "places", "text"),
    [
        ("1234.50", None, "1.234,5"),
        ("100", None, "100"),
        ("1E+3", None, "1.000"),
        ("0.005", 2, "0,01"),
        ("-0.005", 2, "-0,01"),
        ("3108.129", 3, "3.108,129"),
        ("2", 2, "2,00"),
    ],
)
def test_decimals_follow_a_comma(number: str, places: int | None, text: str) -> None:
    assert decimal_text(Decimal(number), places) == text


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2", "2"),
        ("1.250", "1250"),
        ("1 250", "1250"),
        ("1,5", "1.5"),
        (" 1.250,75 ", "1250.75"),
        ("-0,75", "-0.75"),
    ],
)
def test_a_typed_quantity_is_read(text: str, number: str) -> None:
    assert parse_decimal(text) == Decimal(number)


@pytest.mark.parametrize("text", ["1.5", "0.505", "12.34.567", "1,2,3", "hai", "1e5", "٣", "--1", "9" * 41])
def test_a_quantity_that_could_mean_something_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Không hiểu số"):
        parse_decimal(text)


def test_an_empty_quantity_is_refused_as_empty() -> None:
    with pytest.raises(ValueError, match=r"^Chưa nhập số\.$"):
        parse_decimal(" \u00a0")


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=3))
def test_what_is_written_can_be_read_back(number: Decimal) -> None:
    assert parse_decimal(decimal_text(number)) == number


@pytest.mark.parametrize(
    ("part", "base", "expected"),
    [
        (1, 3, "33.33"),
        (2, 3, "66.67"),
        (1, 800, "0.13"),  # 0.125
        (-1, 800, "-0.13"),
        (5043, 10000, "50.43"),
        (0, 5, "0.00"),
        (5, -10, "-50.00"),
    ],
)
def test_percentages_have_two_decimals_rounded_half_up(part: int, base: int, expected: str) -> None:
    assert str(percent(part, base)) == expected


def test_a_ratio_has_two_decimals_rounded_half_up() -> None:
    assert (str(ratio(2675, 1000)), str(ratio(420, 300))) == ("2.68", "1.40")


@pytest.mark.parametrize("base", [0, None])
def test_without_a_base_there_is_no_rate(base: int | None) -> None:
    assert (percent(5, base), ratio(5, base)) == (None, None)


@given(st.integers(-(2**70), 2**70), st.integers(1, 2**70))
def test_a_ratio_is_never_more_than_half_a_hundredth_off(part: int, base: int) -> None:
    rounded = ratio(part, base)
    assert rounded is not None
    assert abs(Fraction(rounded) - Fraction(part, base)) <= Fraction(1, 200)


def test_a_rate_is_written_with_a_comma_and_two_decimals() -> None:
    assert [rate_text(Decimal(rate)) for rate in ("12.33", "5", "-1234.5")] == [
        "12,33%",
        "5,00%",
        "-1.234,50%",
    ]


@pytest.mark.parametrize(
    ("total", "weights", "shares"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (10, [0, 5, 0], [0, 10, 0]),
        (7, [2, 3, 2], [2, 3, 2]),
        (1, [1, 2], [0, 1]),
        (0, [0, 0], [0, 0]),
        (0, [], []),
    ],
)
def test_an_amount_is_split_by_largest_remainder(total: int, weights: list[int], shares: list[int]) -> None:
    assert split_proportionally(total, weights) == shares


@given(st.integers(0, 10**13), st.lists(st.integers(0, 10**12), min_size=1, max_size=12).filter(any))
def test_shares_add_up_and_are_less_than_one_unit_off(total: int, weights: list[int]) -> None:
    shares = split_proportionally(total, weights)
    assert sum(shares) == total
    assert all(
        abs(share - Fraction(total * weight, sum(weights))) < 1
        for share, weight in zip(shares, weights, strict=True)
    )


@pytest.mark.parametrize(("total", "weights"), [(5, [0, 0]), (5, []), (-1, [1]), (1, [2, -1])])
def test_an_amount_that_cannot_be_split_is_refused(total: int, weights: list[int]) -> None:
    with pytest.raises(ValueError, match=r"must not be negative|weights that are all 0"):
        split_proportionally(total, weights)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("007", 7),
        ("123", 123),
        ("1234", None),
        ("", None),
        ("-1", None),
        ("1.0", None),
        ("１２", None),
    ],
)
def test_what_a_page_sends_back_is_a_number_of_so_many_digits_or_none(text: str, number: int | None) -> None:
    assert whole(text, 3) == number


@pytest.mark.parametrize(
    ("text", "year"), [("2026", 2026), ("26", None), ("20260", None), ("２０２６", None), ("", None)]
)
def test_a_year_has_four_digits(text: str, year: int | None) -> None:
    assert year_of(text) == year
