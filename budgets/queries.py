"""Balances: sums of the ledger, in đồng. A balance is never stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import BigIntegerField, Case, F, OuterRef, Q, QuerySet, Subquery, Sum, When

from accounts.models import Organisation
from accounts.queries import merged_bodies
from budgets.models import STATE_SOURCES, Ceiling, EntryKind, LedgerEntry, Source
from khuyencong.lib.money import dong


@dataclass(frozen=True)
class Balance:
    """Sums of one budget year of a project, or of many, over State sources; counterpart apart. All in đồng."""

    registered: int = 0
    appraised_department: int = 0
    appraised_agency: int = 0
    approved: int = 0
    adjusted: int = 0
    allocated: int = 0
    contracted: int = 0
    advanced: int = 0
    accepted: int = 0
    cleared: int = 0
    paid: int = 0
    settled: int = 0
    refunded: int = 0
    cancelled: int = 0
    counterpart_approved: int = 0
    counterpart_adjusted: int = 0
    counterpart_contracted: int = 0
    counterpart_accepted: int = 0

    @property
    def planned(self) -> int:
        """Plan in force: approved ± adjusted."""
        return self.approved + self.adjusted

    @property
    def counterpart_planned(self) -> int:
        """The counterpart of the plan in force: approved ± adjusted."""
        return self.counterpart_approved + self.counterpart_adjusted

    @property
    def disbursed(self) -> int:
        """Cash out less cash back: advanced + paid − refunded."""
        return self.advanced + self.paid - self.refunded

    @property
    def advance_outstanding(self) -> int:
        """Advances neither turned into expenditure nor refunded."""
        return self.advanced - self.cleared - self.refunded

    @property
    def refund_due(self) -> int:
        """Cash received above what was settled (T36 article 12.6); never negative."""
        return max(self.disbursed - self.settled, 0)

    @property
    def payment_due(self) -> int:
        """Settled and neither paid in cash nor covered by an advance; never negative."""
        return max(self.settled - self.disbursed, 0)


_FIELDS = set(Balance.__dataclass_fields__)


def balance_of(entries: QuerySet[LedgerEntry]) -> Balance:
    """Sums of the given entries, one query."""
    sums: dict[str, int] = {}
    for kind, source, amount in entries.values_list("kind", "source").annotate(Sum("amount")).order_by():
        if (name := _field(kind, source)) is not None:
            sums[name] = sums.get(name, 0) + amount
    return Balance(**sums)


def planned_by_province(entries: QuerySet[LedgerEntry]) -> dict[int, int]:
    """Plan in force (approved ± adjusted, State money) of the given entries in đồng, by province id; one query."""
    plan = entries.filter(
        kind__in=[EntryKind.APPROVED, EntryKind.ADJUSTED], source__in=STATE_SOURCES, province__isnull=False
    )
    return dict(plan.order_by().values_list("province_id").annotate(Sum("amount")))


def _field(kind: str, source: str) -> str | None:
    """The sum of ``Balance`` to which an entry counts, None when to none."""
    name = kind if source in STATE_SOURCES else f"counterpart_{kind}" if source == Source.COUNTERPART else ""
    return name if name in _FIELDS else None


def balance(project_year_id: int) -> Balance:
    """Balance of one budget year of a project."""
    return balance_of(LedgerEntry.objects.filter(project_year_id=project_year_id))


@dataclass(frozen=True)
class Envelope:
    """What a holder has for a year and source, in đồng: expected ceiling, assigned, allocated."""

    expected: int
    assigned: int
    allocated: int

    @property
    def left(self) -> int:
        """Assigned and not yet allocated."""
        return self.assigned - self.allocated


def envelope(holder: Organisation, year: int, source: str) -> Envelope:
    """Money of ``holder`` and of the bodies that it took over, for ``year`` and ``source``; the ceiling stands in
    until the assignment arrives. As kc_envelope (budgets/sql/limits.sql)."""
    holders = merged_bodies(holder)
    sums = LedgerEntry.objects.filter(holder__in=holders, year=year, source=source).aggregate(
        assigned=Sum("amount", filter=Q(kind__in=[EntryKind.ASSIGNED, EntryKind.CANCELLED])),
        allocated=Sum("amount", filter=Q(kind=EntryKind.ALLOCATED)),
    )
    expected = Ceiling.objects.filter(holder__in=holders, year=year, source=source).aggregate(Sum("amount"))
    return Envelope(expected["amount__sum"] or 0, sums["assigned"] or 0, sums["allocated"] or 0)


_SIGNED_KINDS: dict[str, dict[str, int]] = {
    "planned": {EntryKind.APPROVED: 1, EntryKind.ADJUSTED: 1},
    "allocated": {EntryKind.ALLOCATED: 1},
    "contracted": {EntryKind.CONTRACTED: 1},
    "disbursed": {EntryKind.ADVANCED: 1, EntryKind.PAID: 1, EntryKind.REFUNDED: -1},
    "settled": {EntryKind.SETTLED: 1},
}


def sums_of_files(names: Iterable[str]) -> dict[str, Subquery]:
    """Annotations for a list of budget years of projects: the sums that ``names`` ask for (as ``Balance`` defines
    them), in đồng of State money, None where nothing was booked."""
    return {name: _sum_of(_SIGNED_KINDS[name]) for name in names}


def _sum_of(signs: Mapping[str, int]) -> Subquery:
    signed = Case(*(When(kind=kind, then=F("amount") * sign) for kind, sign in signs.items()))
    entries = LedgerEntry.objects.filter(
        project_year_id=OuterRef("pk"), kind__in=list(signs), source__in=STATE_SOURCES
    )
    total = entries.order_by().values("project_year_id").annotate(total=Sum(signed)).values("total")
    return Subquery(total, output_field=BigIntegerField())


UNUSUAL_ASSIGNMENT = 10**12
"""Đồng in one year above which an assignment is a slip of the hand: three times the whole programme (house)."""


def doubts_about_assignment(
    holder: Organisation, year: int, source: str, amount: int, *, now: int
) -> list[str]:
    """What is unlikely in giving ``holder`` another ``amount`` đồng for ``year``; ``now`` is the present year."""
    money = envelope(holder, year, source)
    total = money.assigned + amount
    doubts = []
    if year not in {now - 1, now, now + 1}:
        doubts.append(f"Năm {year} không phải năm nay, năm trước hay năm sau.")
    if 0 < money.expected < total:
        doubts.append(f"Tổng được giao {dong(total)} cao hơn số dự kiến {dong(money.expected)}.")
    elif total > UNUSUAL_ASSIGNMENT:
        doubts.append(f"Tổng được giao {dong(total)} lớn bất thường.")
    return doubts


def entries_of(project_year_ids: Iterable[int]) -> QuerySet[LedgerEntry]:
    """Ledger of the given files in the order of booking, with who entered it."""
    return (
        LedgerEntry.objects.filter(project_year_id__in=list(project_year_ids))
        .select_related("person", "position__organisation")
        .order_by("effective_on", "pk")
    )


def balances(project_year_ids: Iterable[int]) -> dict[int, Balance]:
    """Balance of each of the given files, one query whatever their number."""
    sums: dict[int, dict[str, int]] = {}
    rows = LedgerEntry.objects.filter(project_year_id__in=list(project_year_ids))
    for key, kind, source, amount in (
        rows.values_list("project_year_id", "kind", "source").annotate(Sum("amount")).order_by()
    ):
        if key is not None and (name := _field(kind, source)) is not None:
            of_file = sums.setdefault(key, {})
            of_file[name] = of_file.get(name, 0) + amount
    return {key: Balance(**of_file) for key, of_file in sums.items()}
