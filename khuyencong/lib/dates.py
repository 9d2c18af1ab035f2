"""Days as Vietnamese administration writes and reads them."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

from khuyencong.lib.vietnamese import fold, nfc

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

_ROMAN = {1: "I", 2: "II", 3: "III", 4: "IV"}
_TYPED = (
    re.compile(r"(?P<day>\d{1,2}) ?[/.-] ?(?P<month>\d{1,2}) ?[/.-] ?(?P<year>\d{4}|\d{2})", re.ASCII),
    re.compile(r"(?P<day>\d\d)(?P<month>\d\d)(?P<year>\d{4})", re.ASCII),  # a phone's number pad has no slash
    re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)", re.ASCII),
    re.compile(r"(?:ngay )?(?P<day>\d{1,2}) thang (?P<month>\d{1,2}) nam (?P<year>\d{4})", re.ASCII),
)
_HOW = "Hãy nhập ngày/tháng/năm, ví dụ 05/10/2026."
_YEARS = range(1900, 2101)


def today() -> dt.date:
    """The day it is in Viet Nam, wherever the server stands."""
    return dt.datetime.now(ZONE).date()


def short_date(day: dt.date) -> str:
    """Day and month with two digits: "05/10/2026"."""
    return f"{day:%d/%m}/{day.year:04}"


def long_date(day: dt.date) -> str:
    """As in "ngày 05 tháng 10 năm 2026".

    Days below 10 and the months 1 and 2 have a leading 0 (Decree 30/2020, annex I).
    """
    month = f"{day.month:02}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02} tháng {month} năm {day.year}"


def roman_quarter(quarter: int) -> str:
    """3 as "III"."""
    return _ROMAN[quarter]


def parse_date(text: str) -> dt.date:
    """A day as typed: "5/10/2026", "05-10-26" (20xx), "05102026", "ngày 05 tháng 10 năm 2026", also ISO.

    Always day before month. Raises ValueError with a Vietnamese sentence, also for years outside 1900–2100,
    which are slips of the finger.
    """
    shown = " ".join(nfc(text).split())[:40]
    typed = fold(text)
    if not typed:
        raise ValueError("Chưa nhập ngày.")
    match = next((match for pattern in _TYPED if (match := pattern.fullmatch(typed))), None)
    if match is None:
        raise ValueError(f"Không hiểu ngày “{shown}”. {_HOW}")
    year = int(match["year"]) + (2000 if len(match["year"]) == 2 else 0)
    if year not in _YEARS:
        raise ValueError(f"Năm trong “{shown}” không đúng. {_HOW}")
    try:
        return dt.date(year, int(match["month"]), int(match["day"]))
    except ValueError:
        raise ValueError(f"Không có ngày “{shown}” trong lịch. {_HOW}") from None


def years_later(day: dt.date | None, years: int) -> dt.date | None:
    """The same day so many years later; 29 February becomes the 28th, no day stays none."""
    if day is None:
        return None
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def since(moment: dt.datetime, now: dt.datetime) -> str:
    """How long ago an aware `moment` was: "vừa xong", "5 phút trước", "3 giờ trước", "hôm qua",
    "12 ngày trước"; after 30 days the date itself.
    """
    seconds = (now - moment).total_seconds()
    days = (now.astimezone(ZONE).date() - moment.astimezone(ZONE).date()).days
    if seconds < 60:
        return "vừa xong"
    if seconds < 3600:
        return f"{int(seconds // 60)} phút trước"
    if days == 0 or seconds < 6 * 3600:  # what was typed at 23:00 is not "yesterday" at 01:00
        return f"{int(seconds // 3600)} giờ trước"
    if days == 1:
        return "hôm qua"
    if days <= 30:
        return f"{days} ngày trước"
    return short_date(moment.astimezone(ZONE).date())


def time_left(deadline: dt.date, today: dt.date) -> str:
    """As in "còn 5 ngày", "hết hạn hôm nay", "quá hạn 2 ngày" (calendar days)."""
    days = (deadline - today).days
    if days > 0:
        return f"còn {days} ngày"
    return "hết hạn hôm nay" if days == 0 else f"quá hạn {-days} ngày"
