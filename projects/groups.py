"""Group projects (T36 article 10.1a, 11.4, 21.2a, 23.3): what is fixed at the appraisal and what by the plan of
implementation (Mẫu 11), and when the unit writes its beneficiaries."""

from __future__ import annotations

import datetime as dt

from accounts.models import Position, PositionKind, valid_on
from projects.models import Event, GroupType, ImplementationPlan, Nature, Project, ProjectYear
from projects.queries import standing
from projects.states import State

PLANNING = frozenset({State.FUNDED, State.CONTRACTED})
"""States in which the plan of implementation is written and decided."""


def group_type(project: Project, day: dt.date) -> GroupType | None:
    """The type of a group project on ``day``; None for other projects, and where the type may not be a group's."""
    if project.nature != Nature.GROUP:
        return None
    return GroupType.objects.filter(valid_on(day), activity_id=project.activity_id).first()


def named_by_plan(project: Project, day: dt.date) -> bool:
    """Whether place, beneficiaries and partner are named only after the money came. Machinery names them before."""
    if project.nature != Nature.GROUP:
        return False
    found = group_type(project, day)
    return found is None or not found.named


def sent_plan(year: ProjectYear) -> ImplementationPlan | None:
    """The plan that was submitted last and not given back, approved or not."""
    acts = standing("submit_implementation_plan", "return_implementation_plan")
    plans = year.plans.filter(event__in=acts).select_related("paper", "event__person")
    return plans.order_by("-pk").first()


def approval_of(plan: ImplementationPlan) -> Event | None:
    """The act by which the department approved the plan."""
    acts = Event.objects.filter(
        project_year_id=plan.project_year_id, action="approve_implementation_plan", pk__gt=plan.event_id
    )
    return acts.select_related("paper", "person", "organisation").order_by("pk").first()


def writes_plan(year: ProjectYear, by: Position, day: dt.date) -> bool:
    """Whether ``by`` names the beneficiaries of a group project now: people of its unit, from the allocation until the
    plan is submitted, and again when it was given back."""
    return (
        year.state in PLANNING
        and by.organisation_id == year.project.implementer_id
        and by.kind in {PositionKind.OFFICER, PositionKind.DIRECTOR}
        and named_by_plan(year.project, day)
        and sent_plan(year) is None
    )
