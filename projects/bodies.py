"""Bodies that hold a row of the chain by what they are to the file, not by their kind: who wrote it, who accepts or
settles it. Each is said for one file (buttons) and in SQL (task lists), so that the two cannot drift apart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import IMPLEMENTING_KINDS, Organisation, OrganisationKind, valid_on
from accounts.queries import merged_bodies
from budgets.models import Programme
from khuyencong.lib.dates import today
from projects.models import ContractItem, ContractKind, ProjectYear
from projects.queries import at_place_of, contract_of

Rows = QuerySet[ProjectYear]
Kind = OrganisationKind


@dataclass(frozen=True)
class Bearer:
    """``kinds`` may be it at all; ``holds`` for a file; ``narrow`` keeps the files for which it does."""

    kinds: frozenset[OrganisationKind]
    holds: Callable[[ProjectYear, Organisation], bool]
    narrow: Callable[[Rows, Organisation], Rows]


def of_place(year: ProjectYear, organisation: Organisation) -> bool:
    """Whether the work lies in the organisation's province, or in one that it took over."""
    return organisation.province_id in year.project.members


def _implements(year: ProjectYear, organisation: Organisation) -> bool:
    implementer: int = year.project.implementer_id
    return implementer == organisation.pk


def _implemented_by(rows: Rows, organisation: Organisation) -> Rows:
    return rows.filter(project__implementer=organisation)


def _contracts(**terms: object) -> Exists:
    return Exists(ContractItem.objects.filter(project_year=OuterRef("pk"), **terms))


def _accepts(year: ProjectYear, organisation: Organisation) -> bool:
    contract = contract_of(year)
    if contract is None:
        return False
    if contract.accepting_body_id is None:
        return organisation.kind == Kind.DEPARTMENT and of_place(year, organisation)
    return contract.accepting_body_id == organisation.pk


def _accepted_by(rows: Rows, organisation: Organisation) -> Rows:
    named = Q(_contracts(contract__accepting_body=organisation))
    if organisation.kind != Kind.DEPARTMENT:
        return rows.filter(named)
    each_site = Q(_contracts(contract__accepting_body__isnull=True)) & at_place_of(organisation)
    return rows.filter(named | each_site)


def acceptors(year: ProjectYear, day: dt.date | None = None) -> QuerySet[Organisation]:
    """Who may accept on ``day`` (None: today): the departments of the places, of a national file the agency too (T36
    articles 20.2, 21.1)."""
    here = Q(province__in=year.project.members) | Q(tenant=year.tenant_id)  # or of what took the place over
    bodies = here & Q(kind=Kind.DEPARTMENT)
    if year.project.programme == Programme.NATIONAL:
        bodies |= Q(kind=Kind.AGENCY)
    return Organisation.objects.filter(bodies, valid_on(day or today()))


def accepted_by_site(year: ProjectYear) -> bool:
    """Whether nobody accepts the file as a whole: of several provinces each accepts its own site."""
    return len(year.project.provinces_now) > 1 and year.shares.exists()


def is_party_a(year: ProjectYear, body: Organisation) -> bool:
    """Whether ``body``, or one that it took over, signed the file's contract as party A."""
    contract = contract_of(year)
    return contract is not None and contract.party_a_id in merged_bodies(body)


def _is_task(year: ProjectYear) -> bool:
    contract = contract_of(year)
    return contract is not None and contract.kind == ContractKind.TASK


def _by_kind_of_contract(
    of_contract: OrganisationKind,
) -> tuple[Callable[[ProjectYear, Organisation], bool], Callable[[Rows, Organisation], Rows]]:
    """Of a contract ``of_contract`` holds the row (of a department: that of the place), of a task of the ministry's
    budget unit its finance department (T36 article 12.1)."""

    def holds(year: ProjectYear, organisation: Organisation) -> bool:
        if _is_task(year):
            return organisation.kind == Kind.MINISTRY_FINANCE
        return organisation.kind == of_contract and (
            of_contract != Kind.DEPARTMENT or of_place(year, organisation)
        )

    def narrow(rows: Rows, organisation: Organisation) -> Rows:
        task = _contracts(contract__kind=ContractKind.TASK)
        if organisation.kind == Kind.MINISTRY_FINANCE:
            return rows.filter(task)
        return rows.exclude(task)

    return holds, narrow


BEARERS = {
    "implementer": Bearer(IMPLEMENTING_KINDS | {Kind.AGENCY}, _implements, _implemented_by),
    "sender": Bearer(IMPLEMENTING_KINDS, _implements, _implemented_by),
    "drafter": Bearer(frozenset({Kind.AGENCY}), _implements, _implemented_by),
    "acceptor": Bearer(frozenset({Kind.DEPARTMENT, Kind.AGENCY}), _accepts, _accepted_by),
    "settler": Bearer(frozenset({Kind.AGENCY, Kind.MINISTRY_FINANCE}), *_by_kind_of_contract(Kind.AGENCY)),
    "task_finance": Bearer(
        frozenset({Kind.MINISTRY_FINANCE}),
        lambda year, _: _is_task(year),
        lambda rows, _: rows.filter(_contracts(contract__kind=ContractKind.TASK)),
    ),
    "verifier": Bearer(
        frozenset({Kind.DEPARTMENT, Kind.MINISTRY_FINANCE}), *_by_kind_of_contract(Kind.DEPARTMENT)
    ),
}
"""By the word that stands in ``Who.organisation``."""
