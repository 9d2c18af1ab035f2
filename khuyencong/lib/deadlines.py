"""Deadlines and terms in calendar and working days (Civil Code 2015, articles 147–148).

Which days are holidays is an editable table; its owner passes it in as a WorkingCalendar. Days fixed by
the budget law and the circulars (22/01, 31/01, 15/02, 30/12) never roll: they are plain dates.
"""

import datetime as dt
from dataclasses import dataclass

_DAY = dt.timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True)
class WorkingCalendar:
    holidays: frozenset[dt.date] = frozenset()
    """Days off: holidays, days off in lieu, days off in exchange for a swapped workday."""
    swapped_workdays: frozenset[dt.date] = frozenset()
    """Saturdays and Sundays on which offices work."""


def is_working_day(day: dt.date, calendar: WorkingCalendar) -> bool:
    """Whether offices work; a day that is entered both as holiday and as swapped workday is a holiday."""
    if day in calendar.holidays:
        return False
    return day.weekday() < _SATURDAY or day in calendar.swapped_workdays


def first_working_day_after(day: dt.date, calendar: WorkingCalendar) -> dt.date:
    """The first working day later than `day`."""
    return add_working_days(day, 1, calendar)


def add_working_days(start: dt.date, days: int, calendar: WorkingCalendar) -> dt.date:
    """The `days`-th working day after `start`, which itself is not counted (`days` ≥ 1)."""
    if days < 1:
        raise ValueError("days must be 1 or more")
    day = start
    while days:
        day += _DAY
        days -= is_working_day(day, calendar)
    return day


def term(start: dt.date, days: int, calendar: WorkingCalendar, *, working: bool = False) -> dt.date:
    """The last day of a term of `days` calendar days, or working days, that begins with an act on `start`.

    The first day is not counted (Civil Code, article 147); a term that would end on a day off ends with
    the next working day (article 148).
    """
    if working:
        return add_working_days(start, days, calendar)
    if days < 1:
        raise ValueError("days must be 1 or more")
    return first_working_day_after(start + (days - 1) * _DAY, calendar)


def before(day: dt.date) -> dt.date:
    """The last day that is still "trước ngày": before the 25th means the 24th."""
    return day - _DAY
