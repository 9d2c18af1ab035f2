import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.forms import DateField
from django.utils import formats

DAY = dt.date(2026, 3, 5)


def test_days_and_moments_are_written_day_first() -> None:
    moment = dt.datetime(2026, 3, 5, 14, 7)  # noqa: DTZ001 - a format, no moment
    assert formats.date_format(DAY) == "05/03/2026"
    assert formats.date_format(moment, "DATETIME_FORMAT") == "05/03/2026 14:07"
    assert formats.date_format(DAY, "YEAR_MONTH_FORMAT") == "tháng 3/2026"
    assert formats.get_format("FIRST_DAY_OF_WEEK") == 1


def test_numbers_have_a_comma_before_decimals_and_dots_where_grouping_is_asked_for() -> None:
    assert formats.number_format(Decimal("1234.5")) == "1234,5"
    assert formats.number_format(Decimal("1234.5"), force_grouping=True) == "1.234,5"


def test_years_are_not_grouped() -> None:
    assert formats.localize(2026) == "2026"


@pytest.mark.parametrize(
    "typed", ["05/03/2026", "5/3/2026", "5-3-2026", "5.3.2026", "05032026", "5/3/26", "2026-03-05"]
)
def test_django_reads_days_day_first(typed: str) -> None:
    assert DateField(localize=True).clean(typed) == DAY


def test_django_refuses_a_day_written_month_first() -> None:
    with pytest.raises(ValidationError):
        DateField(localize=True).clean("03/25/2026")
