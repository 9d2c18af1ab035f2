"""Which route of the chain a file takes (chain.md §3.1, §3.2, §3.4): said once, for one file and for SQL.

National files go straight to the agency when a regional centre carries them out, when they lie in several provinces,
or when they are the agency's own tasks (T36 articles 6.2, 8.1b); all others through the department of their place."""

from __future__ import annotations

from django.db.models import Case, CharField, Q, Value, When

from accounts.models import OrganisationKind
from budgets.models import Programme
from projects.models import Project

NATIONAL, DIRECT, LOCAL = "NATIONAL", "DIRECT", "LOCAL"
PROGRAMME_OF = {NATIONAL: Programme.NATIONAL, DIRECT: Programme.NATIONAL, LOCAL: Programme.LOCAL}
"""The programme of each route."""

STRAIGHT_TO_THE_AGENCY = frozenset({OrganisationKind.REGIONAL_CENTRE, OrganisationKind.AGENCY})
"""Implementers whose files no department appraises, wherever they work."""


def route_name(project: Project) -> str:
    """NATIONAL, DIRECT or LOCAL."""
    if project.programme == Programme.LOCAL:
        return LOCAL
    direct = project.province_id is None or project.implementer.kind in STRAIGHT_TO_THE_AGENCY
    return DIRECT if direct else NATIONAL


_DIRECT = Q(project__province__isnull=True) | Q(project__implementer__kind__in=STRAIGHT_TO_THE_AGENCY)


def on_route(name: str) -> Q:
    """Condition on budget years: their files take this route."""
    if name == LOCAL:
        return Q(project__programme=Programme.LOCAL)
    return Q(project__programme=Programme.NATIONAL) & (_DIRECT if name == DIRECT else ~_DIRECT)


def route_in_sql() -> Case:
    """SQL: the route of a budget year's file."""
    return Case(
        When(on_route(LOCAL), then=Value(LOCAL)),
        When(_DIRECT, then=Value(DIRECT)),
        default=Value(NATIONAL),
        output_field=CharField(),
    )
