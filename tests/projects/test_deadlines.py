import datetime as dt

from khuyencong.lib.deadlines import WorkingCalendar
from projects.deadlines import dossier_limit, progress_limit, settlement_limit

HOLIDAYS = WorkingCalendar(holidays=frozenset({dt.date(2026, 9, 2)}))


def test_a_month_is_reported_before_its_25th() -> None:
    assert progress_limit(dt.date(2026, 11, 30)) == dt.date(2026, 11, 24)


def test_the_dossier_comes_in_fifteen_days_or_on_the_next_working_day() -> None:
    monday, saturday = dt.date(2026, 8, 3), dt.date(2026, 8, 8)
    assert dossier_limit(monday, HOLIDAYS) == dt.date(2026, 8, 18)
    assert dossier_limit(saturday - dt.timedelta(days=1), HOLIDAYS) == dt.date(
        2026, 8, 24
    )  # the 22nd is a Saturday
    assert dossier_limit(dt.date(2026, 8, 18), HOLIDAYS) == dt.date(2026, 9, 3)  # the 2nd is the national day


def test_the_day_of_settlement_never_rolls() -> None:
    assert settlement_limit(2026) == dt.date(2027, 1, 22)
    assert settlement_limit(2027).weekday() == 5
