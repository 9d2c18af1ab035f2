"""The ledger as a position may read it: entries of the files it sees, and of the money its body holds."""

from __future__ import annotations

from django.db.models import Q, QuerySet, Sum

from accounts.models import OrganisationKind, Position
from accounts.tenancy import NATIONAL_KINDS
from budgets.models import LedgerEntry
from projects.queries import files_visible_to

_READ_ASSIGNMENTS = {
    OrganisationKind.DEPARTMENT,
    OrganisationKind.FINANCE_DEPARTMENT,
    OrganisationKind.PEOPLES_COMMITTEE,
    *NATIONAL_KINDS,
}


def entries_visible_to(position: Position) -> QuerySet[LedgerEntry]:
    """Entries of the files that ``position`` may open; assignments, which name no file, for
    those who plan with them (an auditor of one province sees those of its bodies)."""
    seen = Q(project_year__in=files_visible_to(position).order_by())
    if position.organisation.kind in _READ_ASSIGNMENTS:
        scope = position.scope_province
        seen |= Q(project_year__isnull=True) & (Q(province=scope) if scope else Q())
    return LedgerEntry.objects.filter(seen)


def sums_of(entries: QuerySet[LedgerEntry]) -> list[tuple[str, str, int]]:
    """(kind, source, đồng) of the given entries, one query."""
    return list(
        entries.order_by("kind", "source").values_list("kind", "source").annotate(total=Sum("amount"))
    )
