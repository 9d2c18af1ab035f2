"""Rights to sign for a head: a body gives them to a position, and they end with either.

What was signed keeps its lines (``Paper.signed_as``). The body that takes over gives its own, on its own paper: nothing
is copied (decision 0031).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from accounts.models import Position
from projects.models import Authorisation, EndorsementRule, SigningRule
from succession.plans import Plan


def rules_ending(plan: Plan) -> QuerySet[SigningRule]:
    """Assignments (KT., TL.) of bodies that end, of people who leave their seat, in the name of a body that ends."""
    bodies = plan.ending_bodies
    gone = Q(position__organisation__in=bodies) | Q(in_name_of__in=bodies)
    return SigningRule.objects.filter(gone | Q(position__in=_leaving(plan)))


def _leaving(plan: Plan) -> list[int]:
    chosen = {seat.position: seat for seat in plan.seats}
    return [held.pk for held in Position.objects.filter(pk__in=chosen) if not plan.keeps_seat(held)]


def authorisations_ending(plan: Plan) -> QuerySet[Authorisation]:
    """Authorisations (TUQ.) by or to a body that ends."""
    bodies = plan.ending_bodies
    return Authorisation.objects.filter(Q(authoriser__in=bodies) | Q(authorised__in=bodies))


def endorsements_ending(plan: Plan) -> QuerySet[EndorsementRule]:
    """Rules of bodies that end, by which papers were endorsed (ký nháy) there."""
    return EndorsementRule.objects.filter(organisation__in=plan.ending_bodies)


Rules = QuerySet[SigningRule] | QuerySet[Authorisation] | QuerySet[EndorsementRule]


def in_force_after(eve: dt.date, rows: Rules) -> Rules:
    return rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=eve)).order_by("dated", "pk")


def papers_ending(plan: Plan, eve: dt.date) -> list[str]:
    """Papers that give no right any more after ``eve``, each once, as the operator knows them."""
    rules = in_force_after(eve, rules_ending(plan).select_related("position__person"))
    given = in_force_after(eve, authorisations_ending(plan))
    found: Iterable[str] = (
        *(f"{rule.manner}. {rule.position}, số {rule.number}" for rule in rules),  # type: ignore[union-attr]
        *(str(each) for each in given),
    )
    return list(dict.fromkeys(found))


def end_signing(plan: Plan, eve: dt.date) -> None:
    """The rights end with ``eve``; rows are ended, never rewritten."""
    for rows in (rules_ending(plan), authorisations_ending(plan), endorsements_ending(plan)):
        in_force_after(eve, rows).order_by().update(valid_to=eve)
