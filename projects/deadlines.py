"""Until when the steps of a file are due: terms roll to the next working day, days fixed by law never do."""

from __future__ import annotations

import datetime as dt

from khuyencong.lib.deadlines import WorkingCalendar, before, term

DOSSIER_DAYS = 15


def progress_limit(month: dt.date) -> dt.date:
    """The last day for the report of a month: "trước ngày 25" (T36 article 23.3a). ``month``: any day of it."""
    return before(month.replace(day=25))


def dossier_limit(last_accepted: dt.date, calendar: WorkingCalendar) -> dt.date:
    """The last day for the payment dossier: a term of 15 days from the last acceptance (T36 article 18.1)."""
    return term(last_accepted, DOSSIER_DAYS, calendar)


def settlement_limit(year: int) -> dt.date:
    """The day on which the settlement of a budget year ends: fixed, it never rolls (T36 article 18.2)."""
    return dt.date(year + 1, 1, 22)
