"""What a file said when it was sent: the snapshot of a submission, read the way papers show it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from projects.models import Event, ProjectYear
from projects.papers.parts import Funding, Period, YearPart, sum_funding
from projects.queries import last_sending
from projects.snapshots import snapshot
from projects.states import SENDINGS, WRITABLE


@dataclass(frozen=True)
class Content:
    """One file as sent, or as it is being written. ``sent`` is the submission, None for a draft."""

    data: Mapping[str, Any]
    sent: Event | None = None

    def text(self, name: str) -> str:
        """A part of the file, as typed."""
        return str(self.data["file"][name] or "")

    def line(self, name: str) -> str:
        """A part of the file as it stands inside a sentence: one line, no full stop at its end."""
        return " ".join(self.text(name).split()).rstrip(".; ")

    @property
    def period(self) -> Period:
        file = self.data["file"]
        return Period(as_day(file["starts_on"]), as_day(file["ends_on"]))

    @property
    def funding(self) -> Funding:
        """What the estimate asks of each source, đồng."""
        return sum_funding(line_funding(line) for line in self.data["estimate"])

    @property
    def years(self) -> tuple[YearPart, ...]:
        """The parts of the years of a project over several; the one that is asked now has the money of its estimate."""
        return tuple(YearPart(**row) for row in self.data.get("years", ()))

    @property
    def beneficiaries(self) -> tuple[str, ...]:
        return tuple(share["name"] for share in self.data["beneficiaries"])

    @property
    def sites(self) -> str:
        """Where the beneficiaries work, each place once; empty for a file without them."""
        return "; ".join(dict.fromkeys(site_of(share) for share in self.data["beneficiaries"]))


def as_day(text: str | None) -> dt.date | None:
    """A date of a snapshot."""
    return dt.date.fromisoformat(text) if text else None


def line_funding(line: Mapping[str, Any]) -> Funding:
    return Funding(
        national=line["national"], local=line["local"], counterpart=line["counterpart"], other=line["other"]
    )


def site_of(share: Mapping[str, Any]) -> str:
    return str(share["place"] or share["address"])


def content_of(year: ProjectYear) -> Content:
    """The file as it was last sent; as it is being written while the unit still writes it."""
    if year.state not in WRITABLE and (sent := last_sending(year)) is not None:
        return Content(sent.snapshot or {}, sent)
    return Content(snapshot(year))


def contents_of(events: Iterable[Event]) -> dict[int, Content]:
    """What each file had sent when the given events happened, by event; one query."""
    events = list(events)
    sent = {
        (submission.project_year_id, submission.submission): submission
        for submission in Event.objects.filter(
            action__in=SENDINGS, project_year__in={event.project_year_id for event in events}
        )
    }
    found = {}
    for event in events:
        submission = sent[event.project_year_id, event.submission]
        found[event.pk] = Content(submission.snapshot or {}, submission)
    return found
