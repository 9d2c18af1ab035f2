"""Whose own work a file is, in SQL for task lists and for many files at once for what people are told; of one file
``projects.guards.nobody_acts_on_his_own_work`` says it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import OrganisationKind, Position, valid_on
from projects.models import Event, ProjectYear
from projects.own_work import BEFORE_APPROVAL, OWN_WORK


def without_own_work(
    rows: QuerySet[ProjectYear], action: str, person: int | None, today: dt.date
) -> QuerySet[ProjectYear]:
    """Those of ``rows`` on which the house rule lets ``person`` do ``action``, one of NOT_ON_OWN_WORK, today."""
    done = Event.objects.filter(project_year=OuterRef("pk"), action__in=_before(action), person_id=person)
    held = Position.objects.filter(valid_on(today), person_id=person)
    units = held.exclude(
        organisation__kind=OrganisationKind.AGENCY
    )  # its own tasks are judged by others there
    return (
        rows.exclude(project__author__person_id=person)
        .exclude(Exists(done))
        .exclude(project__implementer__in=units.values("organisation"))
    )


def parties_of(years: Collection[ProjectYear], action: str, today: dt.date) -> dict[int, set[int | None]]:
    """Persons who may not do ``action``, one of NOT_ON_OWN_WORK, on each file; two queries."""
    found: dict[int, set[int | None]] = {year.pk: {year.project.author.person_id} for year in years}
    acted = Event.objects.filter(project_year__in=found, action__in=_before(action))
    for pk, person in acted.order_by().values_list("project_year", "person"):
        found[pk].add(person)
    people = _people_of({year.project.implementer_id for year in years}, today)
    for year in years:
        found[year.pk] |= people.get(year.project.implementer_id, set())
    return found


def _people_of(units: Iterable[int], today: dt.date) -> dict[int, set[int]]:
    """Persons of each unit today; nobody's of the agency, whose own tasks are judged by others there."""
    found: dict[int, set[int]] = {}
    held = Position.objects.filter(valid_on(today), organisation__in=units, person__isnull=False)
    for unit, person in held.exclude(organisation__kind=OrganisationKind.AGENCY).values_list(
        "organisation", "person"
    ):
        found.setdefault(unit, set()).add(person)
    return found


def _before(action: str) -> frozenset[str]:
    """Acts after which the same person does not do ``action``."""
    return OWN_WORK | BEFORE_APPROVAL if action == "approve" else OWN_WORK
