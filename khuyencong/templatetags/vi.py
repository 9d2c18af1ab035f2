"""Filters that write numbers and days in Vietnamese, and only that: what is shown was computed before.

What is missing is shown as "–", never as 0.
"""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

from django import template
from django.utils import timezone

from khuyencong.lib import dates, law, money, numbers

register = template.Library()

MISSING = "–"
T = TypeVar("T")


def _or_missing(write: Callable[[T], str], value: T | None) -> str:
    # Templates hand over "" for a name that does not exist.
    return MISSING if value is None or value == "" else write(value)


def _local_day(moment: dt.date) -> dt.date:
    return moment.astimezone(dates.ZONE).date() if isinstance(moment, dt.datetime) else moment


@register.filter
def grouped(number: int | None) -> str:
    """1505000000 as "1.505.000.000"."""
    return _or_missing(numbers.grouped, number)


@register.filter
def quantity(number: Decimal | None) -> str:
    """Decimal("1.500") as "1,5"."""
    return _or_missing(numbers.decimal_text, number)


@register.filter
def dong(amount: int | None) -> str:
    """Đồng: "1.505.000.000 đồng"."""
    return _or_missing(money.dong, amount)


@register.filter
def millions(amount: int | None, places: int | None = None) -> str:
    """Đồng in million đồng, without the unit: "3.108,129"; `millions:3` for columns of equal decimals."""
    return _or_missing(lambda given: money.millions(given, places), amount)


@register.filter
def in_words(amount: int | None) -> str:
    """Đồng: "Một tỷ năm trăm linh năm triệu đồng"."""
    return _or_missing(money.in_words, amount)


@register.filter
def rate(percent: Decimal | None) -> str:
    """Percent: "12,33%"."""
    return _or_missing(numbers.rate_text, percent)


@register.filter
def short_date(day: dt.date | None) -> str:
    """A day, or the day of a moment in Viet Nam: "05/10/2026"."""
    return _or_missing(lambda given: dates.short_date(_local_day(given)), day)


@register.filter
def long_date(day: dt.date | None) -> str:
    """A day, or the day of a moment in Viet Nam: "ngày 05 tháng 10 năm 2026"."""
    return _or_missing(lambda given: dates.long_date(_local_day(given)), day)


@register.filter
def since(moment: dt.datetime | None) -> str:
    """How long ago an aware moment was: "5 phút trước", "hôm qua"."""
    return _or_missing(lambda given: dates.since(given, timezone.now()), moment)


@register.filter
def time_left(deadline: dt.date | None) -> str:
    """Calendar days until a deadline: "còn 5 ngày", "quá hạn 2 ngày"."""
    return _or_missing(lambda given: dates.time_left(given, dates.today()), deadline)


@register.filter
def in_full(text: str | None) -> str:
    """What cites the law in short names ("T36 điều 8.3", "TT 28/2018"), with the texts called by name."""
    return law.in_full(str(text or ""))
