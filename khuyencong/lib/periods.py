"""Reporting periods: a quarter or a month alone, or cumulative from 1 January."""

import calendar
import datetime as dt
import re
from dataclasses import dataclass, replace

from khuyencong.lib.dates import roman_quarter

_CODE = re.compile(r"(?P<kind>q|month|m)(?P<number>[1-9]\d?)", re.ASCII)
_LAST = {"q": 4, "month": 12, "m": 12}


@dataclass(frozen=True)
class Period:
    """`q1`…`q4` (the quarter alone), `month1`…`month12` (the month alone), `m1`…`m12` (from 1 January
    through that month; `m12` is the year). Built by `parse_period` and `quarter_of`.
    """

    code: str
    year: int
    first_month: int
    last_month: int

    @property
    def first_day(self) -> dt.date:
        return dt.date(self.year, self.first_month, 1)

    @property
    def last_day(self) -> dt.date:
        return dt.date(self.year, self.last_month, calendar.monthrange(self.year, self.last_month)[1])

    @property
    def label(self) -> str:
        """As in "quý III năm 2026", "tháng 4 năm 2026", "9 tháng đầu năm 2026", "năm 2026"."""
        if self.code.startswith("q"):
            return f"quý {roman_quarter(self.last_month // 3)} năm {self.year}"
        if self.first_month == self.last_month:
            return f"tháng {self.last_month} năm {self.year}"
        if self.last_month == 12:
            return f"năm {self.year}"
        return f"{self.last_month} tháng đầu năm {self.year}"

    def a_year_earlier(self) -> "Period":
        """The same period of the previous year."""
        return replace(self, year=self.year - 1)


def parse_period(code: str, year: int) -> Period:
    """The period of `code` in `year`; ValueError with a Vietnamese sentence for an unknown code."""
    match = _CODE.fullmatch(code)
    if match is None or int(match["number"]) > _LAST[match["kind"]]:
        raise ValueError(
            f"Không có kỳ báo cáo “{code[:20]}”. "
            "Kỳ là q1–q4 (quý), month1–month12 (tháng) hoặc m1–m12 (lũy kế từ đầu năm)."
        )
    number = int(match["number"])
    first_month, last_month = {
        "q": (3 * number - 2, 3 * number),
        "month": (number, number),
        "m": (1, number),
    }[match["kind"]]
    return Period(code, year, first_month, last_month)


def quarter_of(day: dt.date) -> Period:
    """The quarter in which `day` lies."""
    return parse_period(f"q{(day.month + 2) // 3}", day.year)
