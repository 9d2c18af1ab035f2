"""What a list act is about: the files that wait for it, and the list that it answers. The page and the API ask here."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Max
from django.http import Http404

from accounts.models import Position
from khuyencong.lib.dates import today
from khuyencong.lib.workflow import Action
from projects.holding import require_holder
from projects.models import ListAct, ListLine, Nature, Project, ProjectYear
from projects.tasks import open_files
from projects.workflow import routes_of, rows_of

LONGEST = 300
"""Lines on one list; longer plans are decided in parts."""

ANSWERED = {"approve": "propose", "return_plan": "propose", "appraise_allocation": "approve"}
"""Which list act each answer answers. What the finance department thinks of files (``give_opinion``) answers no list:
the department's list is sent only afterwards."""


def list_rows(action: str, programme: str) -> list[Action]:
    """The rows of a list act; several of one name are decided on one list. Empty where the programme has none."""
    return [row for row in rows_of(action, programme) if row.list_act]


def list_row(action: str, programme: str) -> Action | None:
    """The first row of a list act, which stands for all of its name; None where the programme has none."""
    return next(iter(list_rows(action, programme)), None)


def waiting_for(action: str, programme: str, year: int, by: Position) -> tuple[Action, list[ProjectYear]]:
    """The row of a list act with its open files, by priority and place. Raises Http404 for no list act of the
    programme, Forbidden for a wrong position."""
    rows = list_rows(action, programme)
    if not rows:
        raise Http404
    require_holder(rows[:1], by)
    return rows[0], open_to(action, programme, year, [by])


def open_to(action: str, programme: str, year: int, seats: Iterable[Position]) -> list[ProjectYear]:
    """Files that wait for a list act of one of ``seats`` of a body, by priority and place."""
    found: dict[int, ProjectYear] = {}
    for seat in seats:
        for route in routes_of(programme):
            for row in route.rows(action):
                files = open_files(row, route.name, seat, today()).filter(year=year)[:LONGEST]
                found.update((file.pk, file) for file in files)
    return sorted(found.values(), key=_order)[:LONGEST]


def _order(year: ProjectYear) -> tuple[int, bool, bool, str, str]:
    """By the rank that the appraisal gave; then flagship projects first (T36 article 7.1)."""
    return (
        year.priority_rank or 1000,
        year.project.nature != Nature.FLAGSHIP,
        *_place(year.project),
        year.project.code,
    )


def _place(project: Project) -> tuple[bool, str]:
    """Files of one province before those of several, last the agency's own."""
    return (project.province is None, project.province.slug if project.province else project.place_name)


def answered(action: str, years: Iterable[ProjectYear]) -> ListAct | None:
    """The list that ``action`` on these files answers: the latest that holds one of them."""
    latest = _latest_lists(ANSWERED.get(action, ""), years)
    return ListAct.objects.get(pk=max(latest.values())) if latest else None


def lists_waiting(action: str, years: Iterable[ProjectYear]) -> list[int]:
    """Keys of the lists that wait for this answer, when ``years`` are the files that do; the newest first."""
    return sorted(set(_latest_lists(ANSWERED.get(action, ""), years).values()), reverse=True)


def standing_on(list_act: ListAct, years: Iterable[ProjectYear]) -> list[ProjectYear]:
    """Those of ``years`` that stand on the list and on no later one of its kind."""
    years = list(years)
    latest = _latest_lists(list_act.action, years)
    return [year for year in years if latest.get(year.pk) == list_act.pk]


def _latest_lists(action: str, years: Iterable[ProjectYear]) -> dict[int, int]:
    """Key of the latest list of ``action`` on which each file stands; one query."""
    lines = ListLine.objects.filter(project_year__in=[year.pk for year in years], list_act__action=action)
    return dict(lines.order_by().values_list("project_year").annotate(Max("list_act")))
