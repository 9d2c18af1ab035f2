"""What a paper is about: an act on one file, or on each file of a list under one paper (projects/slips.py)."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, replace

from accounts.models import Position
from khuyencong.lib.workflow import Action, Facts, Hold
from projects.holding import ONE_CAPACITY, hold
from projects.models import ProjectYear


@dataclass(frozen=True)
class Matter:
    """``row`` of the chain on ``years``: one file, or with ``on_list`` those of a list, of one programme and year."""

    row: Action
    years: tuple[ProjectYear, ...]
    on_list: bool = False

    @property
    def file(self) -> ProjectYear:
        """The one file; of a list the first, which stands for its programme and year."""
        return self.years[0]

    @property
    def code(self) -> str:
        """By what slips name the one file; "" for a list."""
        return "" if self.on_list else self.file.project.code

    @property
    def programme(self) -> str:
        """By what slips name the list; "" for one file."""
        return self.file.project.programme if self.on_list else ""

    def only(self, keys: Container[int]) -> Matter:
        """The same act on those of the files whose keys are among ``keys``."""
        return replace(self, years=tuple(year for year in self.years if year.pk in keys))

    def held_by(self, by: Position, facts: Facts) -> Hold | None:
        """How ``by`` stands to the act today, on all of the files: one paper bears one signature."""
        stands = {year.project.code: hold(self.row, year, by, None, facts) for year in self.years}
        if all(stand is None for stand in stands.values()):
            return None
        lacking = {
            code: stand.reason if stand else "không thuộc cơ quan này."
            for code, stand in stands.items()
            if stand is None or stand.capacity is None
        }
        if lacking:
            code, reason = next(iter(lacking.items()))
            if not self.on_list:
                return stands[code]
            return Hold(reason=f"{', '.join(lacking)}: {reason}")
        capacities = {stand.capacity for stand in stands.values() if stand is not None}
        return Hold(capacities.pop()) if len(capacities) == 1 else Hold(reason=ONE_CAPACITY)
