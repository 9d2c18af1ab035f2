"""A filled paper on its way to the printer."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from khuyencong.lib.dates import ZONE
from khuyencong.lib.pdf import render_pdf
from khuyencong.lib.workflow import Refused

LONGEST = 300
"""Lines of one annex: as many as one list act takes. A render costs some 5 ms a line."""


@dataclass(frozen=True, kw_only=True)
class Printable:
    """HTML of a paper with what its PDF says of itself. ``identifier`` names the paper and its version,
    ``created`` is the moment it bears, ``file_name`` what a browser keeps it under."""

    html: str
    title: str
    author: str
    created: dt.datetime
    identifier: str
    file_name: str

    def pdf(self) -> bytes:
        """The paper as PDF/A; the same bytes every time."""
        return render_pdf(
            self.html,
            title=self.title,
            author=self.author,
            created=self.created,
            identifier=self.identifier,
        )


def start_of(day: dt.date) -> dt.datetime:
    """The moment that a paper bears which has a day and no hour."""
    return dt.datetime.combine(day, dt.time(), ZONE)


def refuse_long(lines: int) -> None:
    """Raise Refused for an annex that nobody could read, and no request should wait for."""
    if lines > LONGEST:
        raise Refused(
            f"Phụ lục có {lines} dòng, nhiều hơn {LONGEST} dòng in được trong một văn bản. "
            "Hãy chia danh mục thành nhiều đợt."
        )
