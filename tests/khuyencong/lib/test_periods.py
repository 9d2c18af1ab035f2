import datetime as dt

import pytest

from khuyencong.lib.periods import Period, parse_period, quarter_of


@pytest.mark.parametrize(
    ("code", "first_day", "last_day", "label"),
    [
        ("q1", dt.date(2024, 1, 1), dt.date(2024, 3, 31), "quý I năm 2024"),
        ("q3", dt.date(2024, 7, 1), dt.date(2024, 9, 30), "quý III năm 2024"),
        ("q4", dt.date(2024, 10, 1), dt.date(2024, 12, 31), "quý IV năm 2024"),
        ("month2", dt.date(2024, 2, 1), dt.date(2024, 2, 29), "tháng 2 năm 2024"),
        ("month12", dt.date(2024, 12, 1), dt.date(2024, 12, 31), "tháng 12 năm 2024"),
        ("m1", dt.date(2024, 1, 1), dt.date(2024, 1, 31), "tháng 1 năm 2024"),
        ("m9", dt.date(2024, 1, 1), dt.date(2024, 9, 30), "9 tháng đầu năm 2024"),
        ("m12", dt.date(2024, 1, 1), dt.date(2024, 12, 31), "năm 2024"),
    ],
)
def test_a_period_has_its_days_and_its_name(
    code: str, first_day: dt.date, last_day: dt.date, label: str
) -> None:
    period = parse_period(code, 2024)
    assert (period.code, period.first_day, period.last_day, period.label) == (
        code,
        first_day,
        last_day,
        label,
    )


@pytest.mark.parametrize(
    "code", ["q0", "q5", "m0", "m13", "month13", "month", "q", "Q1", "m01", "y1", "m1 ", "", "q١"]
)
def test_an_unknown_period_is_refused_with_a_sentence(code: str) -> None:
    with pytest.raises(ValueError, match=f"^Không có kỳ báo cáo “{code}”"):
        parse_period(code, 2026)


def test_the_same_period_a_year_earlier_ends_on_its_own_last_day() -> None:
    earlier = parse_period("month2", 2024).a_year_earlier()
    assert (earlier, earlier.last_day) == (Period("month2", 2023, 2, 2), dt.date(2023, 2, 28))


def test_a_day_lies_in_its_quarter() -> None:
    days = [dt.date(2026, 1, 1), dt.date(2026, 3, 31), dt.date(2026, 4, 1), dt.date(2026, 12, 31)]
    assert [quarter_of(day).code for day in days] == ["q1", "q1", "q2", "q4"]
