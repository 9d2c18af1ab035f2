"""Writes of the ledger. Nothing here changes an entry; the database checks the limits (budgets/sql/limits.sql)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from accounts.models import Position
from accounts.tenancy import NATIONAL_KINDS
from budgets.holders import recorded_source
from budgets.limits import limits_in_words
from budgets.models import BudgetAssignment, Ceiling, EntryKind, LedgerEntry, Programme, Source
from khuyencong.lib.dates import short_date, today
from khuyencong.lib.money import dong
from khuyencong.lib.workflow import Refused, Stale


def book(entry: LedgerEntry) -> LedgerEntry:
    """Append one entry. Raises LimitExceeded with the sentence of the guard (G1–G8) that refuses it."""
    with limits_in_words():
        entry.save(force_insert=True)
    return entry


def record_assignment(
    *,
    by: Position,
    year: int,
    amount: int,
    paper_number: str,
    paper_date: dt.date,
    issuer: str,
    level: str = "",
    summary: str = "",
) -> BudgetAssignment:
    """Record that the body of ``by`` was given ``amount`` đồng (negative: a cut) for ``year``, by a paper.

    Books ``assigned`` on the day of the paper (T36 article 6.4; L26 article 8.1). Raises Forbidden when this is not
    the work of ``by``, LimitExceeded when a cut would leave less than is already allocated (G1), Stale when this
    paper was recorded before.
    """
    holder, source = by.organisation, recorded_source(by)
    if paper_date > today():
        raise Refused(
            f"Ngày {short_date(paper_date)} ở tương lai. Hãy ghi ngày của văn bản, không sau hôm nay."
        )
    national = holder.kind in NATIONAL_KINDS
    assert by.person is not None
    with transaction.atomic():
        assignment, is_new = BudgetAssignment.objects.get_or_create(
            holder=holder,
            year=year,
            source=source,
            paper_number=paper_number,
            paper_date=paper_date,
            defaults={
                "tenant": None if national else holder.tenant,
                "sent_to_nation": national,
                "nation_writes": national,
                "level": level,
                "amount": amount,
                "issuer": issuer,
                "summary": summary,
                "recorded_by": by,
            },
        )
        if not is_new:
            raise Stale(
                f"Văn bản số {paper_number} ngày {paper_date:%d/%m/%Y} đã được ghi cho năm {year}: "
                f"{dong(assignment.amount)}."
            )
        book(
            LedgerEntry(
                tenant=holder.tenant,
                sent_to_nation=national,
                nation_writes=national,
                assignment=assignment,
                holder=holder,
                programme=Programme.NATIONAL if source == Source.NATIONAL else Programme.LOCAL,
                province=holder.province,
                year=year,
                kind=EntryKind.ASSIGNED,
                source=source,
                level=level,
                amount=amount,
                paper=f"{paper_number} ngày {paper_date:%d/%m/%Y}",
                effective_on=paper_date,
                position=by,
                person=by.person,
            )
        )
    return assignment


def set_ceiling(*, by: Position, year: int, amount: int, basis: str) -> Ceiling:
    """Say, or say anew, what the body of ``by`` expects for ``year``, in đồng, and on which ground.

    Raises Forbidden when this is not the work of ``by``."""
    holder, source = by.organisation, recorded_source(by)
    national = holder.kind in NATIONAL_KINDS
    ceiling, _ = Ceiling.objects.update_or_create(
        holder=holder,
        year=year,
        source=source,
        defaults={
            "tenant": None if national else holder.tenant,
            "sent_to_nation": national,
            "nation_writes": national,
            "amount": amount,
            "basis": basis,
            "recorded_by": by,
        },
    )
    return ceiling
