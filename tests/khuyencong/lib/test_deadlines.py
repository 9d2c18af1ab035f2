import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khuyencong.lib.deadlines import (
    WorkingCalendar,
    add_working_days,
    before,
    first_working_day_after,
    is_working_day,
    term,
)

# Wednesday 2 September 2026 and the day before; Monday 31 August off, worked on Saturday 22 August instead.
CALENDAR = WorkingCalendar(
    holidays=frozenset({dt.date(2026, 8, 31), dt.date(2026, 9, 1), dt.date(2026, 9, 2)}),
    swapped_workdays=frozenset({dt.date(2026, 8, 22)}),
)
PLAIN = WorkingCalendar()
DAYS = st.dates(dt.date(2026, 8, 1), dt.date(2026, 9, 30))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (dt.date(2026, 8, 21), True),
        (dt.date(2026, 8, 22), True),
        (dt.date(2026, 8, 23), False),
        (dt.date(2026, 8, 29), False),
        (dt.date(2026, 8, 31), False),
        (dt.date(2026, 9, 3), True),
    ],
)
def test_offices_work_on_weekdays_and_swapped_days_but_not_on_holidays(day: dt.date, works: bool) -> None:
    assert is_working_day(day, CALENDAR) is works


def test_a_holiday_wins_over_a_swapped_workday() -> None:
    saturday = dt.date(2026, 8, 22)
    assert not is_working_day(saturday, WorkingCalendar(frozenset({saturday}), frozenset({saturday})))


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (dt.date(2026, 9, 3), 15, dt.date(2026, 9, 18)),  # Friday
        (dt.date(2026, 9, 3), 16, dt.date(2026, 9, 21)),  # Saturday rolls to Monday
        (dt.date(2026, 8, 14), 15, dt.date(2026, 9, 3)),  # Saturday 29 August rolls over the holidays
        (dt.date(2026, 8, 14), 8, dt.date(2026, 8, 22)),  # the swapped Saturday is worked
    ],
)
def test_a_term_does_not_count_its_first_day_and_ends_on_a_working_day(
    start: dt.date, days: int, end: dt.date
) -> None:
    assert term(start, days, CALENDAR) == end


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (dt.date(2026, 9, 3), 1, dt.date(2026, 9, 4)),
        (dt.date(2026, 9, 3), 10, dt.date(2026, 9, 17)),
        (dt.date(2026, 8, 28), 1, dt.date(2026, 9, 3)),
        (dt.date(2026, 8, 21), 2, dt.date(2026, 8, 24)),
        (dt.date(2026, 8, 30), 2, dt.date(2026, 9, 4)),
    ],
)
def test_working_days_are_counted_without_weekends_and_holidays(
    start: dt.date, days: int, end: dt.date
) -> None:
    assert [add_working_days(start, days, CALENDAR), term(start, days, CALENDAR, working=True)] == [end, end]


@given(DAYS, st.integers(1, 60), st.booleans())
def test_every_term_ends_on_a_working_day_and_not_before_its_last_day(
    start: dt.date, days: int, working: bool
) -> None:
    end = term(start, days, CALENDAR, working=working)
    assert is_working_day(end, CALENDAR)
    assert end >= start + dt.timedelta(days=days)


@given(DAYS, st.integers(1, 60))
def test_between_start_and_end_lie_just_the_counted_working_days(start: dt.date, days: int) -> None:
    end = add_working_days(start, days, CALENDAR)
    later = [start + dt.timedelta(days=number) for number in range(1, (end - start).days + 1)]
    assert sum(is_working_day(day, CALENDAR) for day in later) == days


def test_the_first_working_day_after_a_quarter() -> None:
    assert [first_working_day_after(dt.date(2026, *day), PLAIN) for day in ((6, 30), (9, 4), (10, 30))] == [
        dt.date(2026, 7, 1),
        dt.date(2026, 9, 7),
        dt.date(2026, 11, 2),
    ]


def test_before_the_25th_means_the_24th() -> None:
    assert before(dt.date(2026, 3, 25)) == dt.date(2026, 3, 24)


@pytest.mark.parametrize("working", [True, False])
def test_a_term_without_days_is_refused(working: bool) -> None:
    with pytest.raises(ValueError, match="days must be 1 or more"):
        term(dt.date(2026, 9, 3), 0, CALENDAR, working=working)
