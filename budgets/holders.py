"""Who holds the money of a year: the agency the national, each department its province's (chain.md §3.6, G1)."""

from __future__ import annotations

from accounts.models import Organisation, OrganisationKind, Position, PositionKind
from budgets.models import Programme, Source
from khuyencong.lib.workflow import Forbidden

HOLDERS = {OrganisationKind.AGENCY: Source.NATIONAL, OrganisationKind.DEPARTMENT: Source.LOCAL}


def source_held_by(organisation: Organisation) -> Source | None:
    """The source that the organisation spreads over its files; None of a body that holds no money."""
    return HOLDERS.get(OrganisationKind(organisation.kind))


def may_record(position: Position) -> bool:
    """Whether the position enters what its body expects and is given: the officer's work (chain.md §3.1, record)."""
    return source_held_by(position.organisation) is not None and position.kind == PositionKind.OFFICER


def recorded_source(position: Position) -> Source:
    """The source whose money the position enters. Raises Forbidden."""
    source = source_held_by(position.organisation)
    if source is None:
        raise Forbidden("Chỉ Cục và Sở Công Thương quản lý dự toán được giao.")
    if not may_record(position):
        raise Forbidden("Việc này của chuyên viên được giao theo dõi kinh phí.")
    return source


def holder_for(position: Position, programme: str) -> Organisation | None:
    """The body that spreads the money on which ``position`` decides: the agency, or the department of its province."""
    national = programme == Programme.NATIONAL
    kind = OrganisationKind.AGENCY if national else OrganisationKind.DEPARTMENT
    own = position.organisation
    if own.kind == kind:
        return own
    bodies = Organisation.objects.filter(kind=kind, valid_to__isnull=True)
    return bodies.first() if national else bodies.filter(province=own.province_id).first()
