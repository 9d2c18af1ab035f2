"""What a reader asks of a report, read from words: the same on the page, the API and the command line."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import Any

from khuyencong.lib.dates import parse_date, short_date, today
from khuyencong.lib.periods import Period, parse_period
from khuyencong.lib.workflow import Refused
from reporting.scopes import BOUNDARIES, NOW, THEN

CODES = {"quarterly": "Báo cáo tình hình thực hiện công tác khuyến công"}
FIRST_YEAR, LAST_YEAR = 2012, 2100


class BadParameters(Refused):
    """A Vietnamese sentence: what was asked cannot be reported on."""


@dataclass(frozen=True)
class Parameters:
    """``first_year`` differs from ``period.year`` only for a range of whole years. ``recorded_by`` (issued versions)
    leaves out what was entered later; ``as_of`` what takes effect later."""

    code: str
    scope: str
    period: Period
    first_year: int
    boundaries: str
    as_of: dt.date
    recorded_by: dt.datetime | None = None

    @property
    def years(self) -> range:
        return range(self.first_year, self.period.year + 1)

    @property
    def is_range(self) -> bool:
        return self.first_year < self.period.year

    @property
    def starts_later(self) -> bool:
        """Whether the period begins after 1 January, so that what came before it is worth telling, too."""
        return self.period.first_month > 1

    @property
    def year_word(self) -> int | str:
        """The year as it is asked for: 2027, or "2014-2018"."""
        return f"{self.first_year}-{self.period.year}" if self.is_range else self.period.year

    @property
    def boundary_day(self) -> dt.date:
        """The day whose provinces the rows show: the period's last day, or today."""
        return today() if self.boundaries == NOW else self.period.last_day

    @property
    def label(self) -> str:
        """As in "quý III năm 2026", "giai đoạn 2014–2018"."""
        return f"giai đoạn {self.first_year}–{self.period.year}" if self.is_range else self.period.label

    def as_words(self) -> dict[str, Any]:
        """The parameters as ``parse`` reads them: for links and for jobs."""
        return {
            "code": self.code,
            "scope": self.scope,
            "year": str(self.year_word),
            "period": self.period.code,
            "boundaries": self.boundaries,
            "as_of": self.as_of.isoformat(),
        }

    def frozen_at(self, moment: dt.datetime) -> Parameters:
        """The same without what is entered after ``moment``."""
        return replace(self, recorded_by=moment)


def parse(
    *,
    code: str = "quarterly",
    scope: str,
    year: str | int,
    period: str,
    boundaries: str | None = None,
    as_of: str | dt.date | None = None,
) -> Parameters:
    """Parameters from words. Raises BadParameters with a sentence."""
    if code not in CODES:
        raise BadParameters(f"Không có báo cáo “{code[:40]}”. Có: {', '.join(CODES)}.")
    first, last = _years(str(year))
    try:
        asked = parse_period(period, last)
    except ValueError as error:
        raise BadParameters(str(error)) from None
    if first < last and asked.code != "m12":
        raise BadParameters("Nhiều năm chỉ lấy được với kỳ m12 (cả năm).")
    if boundaries and boundaries not in BOUNDARIES:
        raise BadParameters("Địa giới là then (lúc đó) hoặc now (hiện nay).")
    until = _day(as_of)
    if until > today():
        raise BadParameters(
            f"Ngày {short_date(until)} ở tương lai, sổ kinh phí chưa có gì đến ngày đó. "
            "Hãy chọn ngày không sau hôm nay."
        )
    return Parameters(code, scope.strip().lower(), asked, first, boundaries or THEN, until)


def _years(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{4})(?:\s*[-–]\s*(\d{4}))?", text.strip(), re.ASCII)
    if match is None:
        raise BadParameters(
            f"Không hiểu năm “{text[:20]}”. Hãy ghi một năm (2027) hoặc nhiều năm (2014-2018)."
        )
    first = int(match[1])
    last = int(match[2] or first)
    if not FIRST_YEAR <= first <= last <= LAST_YEAR:
        raise BadParameters(f"Năm phải từ {FIRST_YEAR} đến {LAST_YEAR}, năm đầu không sau năm cuối.")
    return first, last


def _day(value: str | dt.date | None) -> dt.date:
    if not value:
        return today()
    if isinstance(value, dt.date):
        return value
    try:
        return parse_date(value)
    except ValueError as error:
        raise BadParameters(str(error)) from None
