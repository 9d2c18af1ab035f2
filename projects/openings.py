"""What the implementing unit may write now: everything in a draft, only what was pinned in a returned file."""

from __future__ import annotations

from dataclasses import dataclass, field

from projects.models import ProjectYear, ReturnReason
from projects.states import State


@dataclass(frozen=True)
class Opening:
    """``everything`` for a draft; otherwise the pins (section, row, field) of the last return, "" meaning all."""

    everything: bool
    pins: frozenset[tuple[str, str, str]] = frozenset()
    reasons: tuple[ReturnReason, ...] = field(default=(), compare=False)

    def has(self, section: str, row: str = "", name: str = "") -> bool:
        """Whether the field ``name`` of ``row`` in ``section`` may be changed."""
        if self.everything:
            return True
        return any(
            pin_section == section and pin_row in ("", row) and pin_field in ("", name)
            for pin_section, pin_row, pin_field in self.pins
        )

    def touches(self, section: str) -> bool:
        """Whether anything at all in ``section`` may be changed."""
        return self.everything or any(pin[0] == section for pin in self.pins)

    def adds_rows(self, section: str) -> bool:
        """Whether rows may be added to or taken from ``section``."""
        return self.everything or (section, "", "") in self.pins

    def reasons_for(self, section: str, row: str = "", name: str = "") -> list[str]:
        """Comments pinned to a field, or to its row or section when the reason names no more."""
        return [
            reason.comment
            for reason in self.reasons
            if reason.section == section and reason.row in ("", row) and reason.field in ("", name)
        ]

    def reasons_for_row(self, section: str, row: str) -> list[str]:
        """Comments pinned to the whole of ``row`` and to nothing wider or narrower."""
        return [
            reason.comment
            for reason in self.reasons
            if row and (reason.section, reason.row, reason.field) == (section, row, "")
        ]


NOTHING = Opening(everything=False)

REQUEST_LETTER = "D01"
"""The paper (papers.md §5.2) with which the unit sends its file, each time anew."""


def opening_of(year: ProjectYear) -> Opening:
    """What is open in ``year`` in its present state, for the people of the implementing unit."""
    if year.state == State.DRAFT:
        return Opening(everything=True)
    if year.state != State.RETURNED:
        return NOTHING
    reasons = tuple(ReturnReason.objects.filter(project_year=year, submission=year.submission))
    pins = {(reason.section, reason.row, reason.field) for reason in reasons}
    # It is sent again with a letter of its own.
    pins.add(("documents", REQUEST_LETTER, ""))
    if any(section == "estimate" for section, _, _ in pins):
        # What follows from an opened estimate line follows: the beneficiaries' parts are sums of it (G9).
        pins |= {("beneficiaries", "", "support"), ("beneficiaries", "", "counterpart")}
    return Opening(everything=False, pins=frozenset(pins), reasons=reasons)
