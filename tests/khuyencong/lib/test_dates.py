import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khuyencong.lib.dates import (
    ZONE,
    long_date,
    parse_date,
    roman_quarter,
    short_date,
    since,
    time_left,
    today,
)

NOW = dt.datetime(2026, 10, 5, 9, 0, tzinfo=ZONE)
DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31))


def test_today_is_the_day_in_viet_nam() -> None:
    before = dt.datetime.now(dt.timezone(dt.timedelta(hours=7))).date()
    day = today()
    after = dt.datetime.now(dt.timezone(dt.timedelta(hours=7))).date()
    assert before <= day <= after


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (dt.date(2026, 10, 5), "ngày 05 tháng 10 năm 2026"),
        (dt.date(2026, 1, 15), "ngày 15 tháng 01 năm 2026"),
        (dt.date(2026, 2, 9), "ngày 09 tháng 02 năm 2026"),
        (dt.date(2026, 3, 1), "ngày 01 tháng 3 năm 2026"),
        (dt.date(2026, 9, 30), "ngày 30 tháng 9 năm 2026"),
    ],
)
def test_on_paper_only_days_below_ten_and_the_months_one_and_two_get_a_zero(day: dt.date, text: str) -> None:
    assert long_date(day) == text


def test_on_the_page_day_and_month_have_two_digits() -> None:
    assert short_date(dt.date(2026, 3, 5)) == "05/03/2026"


def test_quarters_have_roman_numbers() -> None:
    assert [roman_quarter(quarter) for quarter in (1, 2, 3, 4)] == ["I", "II", "III", "IV"]


@pytest.mark.parametrize(
    "text",
    [
        "05/10/2026",
        "5/10/2026",
        " 5 / 10 / 2026 ",
        "5-10-2026",
        "5.10.2026",
        "05/10/26",
        "05102026",
        "2026-10-05",
        "ngày 05 tháng 10 năm 2026",
        "Ngày 5\u00a0tháng 10 năm 2026",
    ],
)
def test_a_day_is_read_with_the_day_before_the_month(text: str) -> None:
    assert parse_date(text) == dt.date(2026, 10, 5)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Chưa nhập ngày."),
        ("mai", "Không hiểu ngày “mai”. Hãy nhập ngày/tháng/năm, ví dụ 05/10/2026."),
        ("5/10", "Không hiểu ngày “5/10”. Hãy nhập ngày/tháng/năm, ví dụ 05/10/2026."),
        ("٥/10/2026", "Không hiểu ngày “٥/10/2026”. Hãy nhập ngày/tháng/năm, ví dụ 05/10/2026."),
        ("31/02/2026", "Không có ngày “31/02/2026” trong lịch. Hãy nhập ngày/tháng/năm, ví dụ 05/10/2026."),
        ("10/25/2026", "Không có ngày “10/25/2026” trong lịch. Hãy nhập ngày/tháng/năm, ví dụ 05/10/2026."),
        ("05/10/0206", "Năm trong “05/10/0206” không đúng. Hãy nhập ngày/tháng/năm, ví dụ 05/10/2026."),
        ("20261005", "Năm trong “20261005” không đúng. Hãy nhập ngày/tháng/năm, ví dụ 05/10/2026."),
    ],
)
def test_what_is_no_day_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ValueError) as refusal:
        parse_date(text)
    assert str(refusal.value) == sentence


@given(DAYS)
def test_every_written_day_can_be_read_back(day: dt.date) -> None:
    assert {parse_date(short_date(day)), parse_date(long_date(day)), parse_date(day.isoformat())} == {day}


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (NOW, "vừa xong"),
        (NOW - dt.timedelta(minutes=59), "59 phút trước"),
        (NOW - dt.timedelta(hours=8), "8 giờ trước"),
        (NOW - dt.timedelta(hours=10), "hôm qua"),
        (NOW - dt.timedelta(days=12), "12 ngày trước"),
        (NOW - dt.timedelta(days=31), "04/09/2026"),
        (NOW.astimezone(dt.UTC) - dt.timedelta(hours=3), "3 giờ trước"),
        (NOW + dt.timedelta(seconds=2), "vừa xong"),
    ],
)
def test_how_long_ago_something_was(moment: dt.datetime, text: str) -> None:
    assert since(moment, NOW) == text


def test_shortly_after_midnight_the_evening_is_still_told_in_hours() -> None:
    assert since(NOW.replace(hour=1) - dt.timedelta(hours=2), NOW.replace(hour=1)) == "2 giờ trước"


def test_the_time_left_until_a_deadline() -> None:
    day = dt.date(2026, 10, 5)
    assert [time_left(dt.date(2026, 10, number), day) for number in (10, 5, 3)] == [
        "còn 5 ngày",
        "hết hạn hôm nay",
        "quá hạn 2 ngày",
    ]
