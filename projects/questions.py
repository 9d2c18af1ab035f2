"""Conditions: questions to the database about a file, written once.

A condition serves twice: as a guard of a button (for one file) and as a filter of the task list (for all files), so
what is offered and what is expected cannot drift apart.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache, reduce
from operator import or_
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from khuyencong.lib.dates import today
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

    @cache  # noqa: B019 (the handful of them are constants)
    def of(self, kinds: frozenset[str]) -> Condition:
        """The condition as it is for a body of one of ``kinds``."""

        def narrow(rows: Rows) -> Rows:
            return reduce(or_, (self.narrow(rows, kind) for kind in sorted(kinds)))

        return Condition(self.statement, narrow, self.otherwise, unchanged=False)

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
        unseen = (False,) * len(left)  # behind the wall nothing holds
        facts.update(zip(left, _answers(left, [year.pk]).get(year.pk, unseen), strict=True))


def ask_of_all(conditions: Iterable[Condition], files: Mapping[int, bool]) -> dict[Condition, frozenset[int]]:
    """Of which files each condition holds, in one query. ``files``: by key, whether a change was ever asked."""
    asked = list(dict.fromkeys(conditions))
    found = {each: frozenset(files if each.unchanged else ()) for each in asked}
    if not any(files.values()):
        asked = [each for each in asked if each.unchanged is None]
    answers = _answers(asked, files) if asked else {}
    for number, each in enumerate(asked):
        found[each] = frozenset(pk for pk, answer in answers.items() if answer[number])
    return found


def _answers(conditions: Iterable[Condition], files: Iterable[int]) -> dict[int, tuple[bool, ...]]:
    """Whether each condition holds of each of the files, by key, that the wall lets through; one query."""
    sql, parameters = _question(tuple(conditions), today())
    with connection.cursor() as cursor:
        cursor.execute(sql, [*parameters, list(files)])
        return {pk: tuple(answers) for pk, *answers in cursor.fetchall()}


@lru_cache(maxsize=1000)
def _question(conditions: tuple[Condition, ...], day: dt.date) -> tuple[str, tuple[Any, ...]]:  # noqa: ARG001 (of its day)
    """The question about files whose keys are its last parameter, and the parameters before that. The same few are
    asked at every act, and Django takes longer to put one together than PostgreSQL to answer it."""
    this = ProjectYear.objects.filter(pk=OuterRef("pk"))
    about = (Exists(each.narrow(this)) for each in conditions)
    asked, parameters = ProjectYear.objects.order_by().values_list("pk", *about).query.sql_with_params()
    return f"SELECT * FROM ({asked}) answers (file) WHERE file = ANY(%s)", parameters  # noqa: S608 (by Django)


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
