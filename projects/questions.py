"""Conditions: questions to the database about a file, written once.

A condition serves twice: as a guard of a button (for one file) and as a filter of the task list (for all files), so
what is offered and what is expected cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Exists, QuerySet

from khuyencong.lib.workflow import Action, Facts, Step
from projects.models import ProjectYear
from projects.queries import was_asked_to_change

Rows = QuerySet[ProjectYear]


@dataclass(frozen=True)
class Condition:
    """Something that must hold, by its ``statement``: ``narrow`` keeps the files for which it does, ``otherwise`` is
    said (or says, with the amounts of the file) if not. ``known`` answers from the loaded file, None when the database
    has to be asked: most files are no group projects, and no page should ask for them."""

    statement: str
    narrow: Callable[[Rows], Rows]
    otherwise: str | Callable[[Step], str]
    known: Callable[[ProjectYear], bool | None] | None = None
    unchanged: bool | None = None
    """What holds of a file of which no change was ever asked; None: has nothing to do with changes."""

    def __call__(self, step: Step) -> str | None:
        ask((self,), step.subject, step.facts)
        if step.facts[self]:
            return None
        return self.otherwise if isinstance(self.otherwise, str) else self.otherwise(step)


@dataclass(frozen=True)
class DeskCondition:
    """As ``Condition``, for a change and the body in whose name is asked: ``narrow`` keeps the files for which it holds
    of a body of that kind."""

    statement: str
    narrow: Callable[[Rows, str], Rows]
    otherwise: str

    def __call__(self, step: Step) -> str | None:
        if not _was_asked(step.subject, step.facts):
            return self.otherwise
        body = step.capacity.body if step.capacity is not None else step.by.organisation
        asked = (self, body.kind)
        if asked not in step.facts:
            step.facts[asked] = self.narrow(_only(step.subject), body.kind).exists()
        return None if step.facts[asked] else self.otherwise


def ask(conditions: Iterable[Condition], year: ProjectYear, facts: Facts) -> None:
    """Find out whether ``conditions`` hold of the file, into ``facts``; one query at most, for all that the loaded
    file does not answer itself."""
    left = []
    for condition in dict.fromkeys(conditions):
        if condition in facts:
            continue
        at_hand = _at_hand(condition, year, facts)
        if at_hand is None:
            left.append(condition)
        else:
            facts[condition] = at_hand
    if left:
        answers = _only(year).values_list(*(Exists(condition.narrow(_only(year))) for condition in left))
        found = answers.first() or (False,) * len(left)  # behind the wall nothing holds
        facts.update(zip(left, found, strict=True))


def ask_ahead(rows: Iterable[Action], year: ProjectYear, facts: Facts) -> None:
    """``ask`` for all conditions on which these rows of the chain rest."""
    ask(
        (guard for row in rows for guard in (*row.guards, row.about) if isinstance(guard, Condition)),
        year,
        facts,
    )


def _at_hand(condition: Condition, year: ProjectYear, facts: Facts) -> bool | None:
    if condition.unchanged is not None and not _was_asked(year, facts):
        return condition.unchanged
    return condition.known(year) if condition.known else None


def _was_asked(year: ProjectYear, facts: Facts) -> bool:
    """Whether any change of the file was asked: most have none, and need not be asked about each condition."""
    if "changes" not in facts:
        facts["changes"] = was_asked_to_change(year)
    found: bool = facts["changes"]
    return found


def _only(year: ProjectYear) -> Rows:
    return ProjectYear.objects.filter(pk=year.pk)
