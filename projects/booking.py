"""Entries that an act books on its file, and those that it takes back."""

from __future__ import annotations

from budgets.models import EntryKind, LedgerEntry, Level, Programme, Source
from budgets.services import book
from khuyencong.lib.workflow import Step
from projects.models import BeneficiaryShare, ProjectYear


def source_of(year: ProjectYear) -> Source:
    """The State source of a file's own programme."""
    return Source.NATIONAL if year.project.programme == Programme.NATIONAL else Source.LOCAL


def book_for(
    step: Step,
    kind: EntryKind,
    amount: int,
    *,
    source: Source | None = None,
    share: BeneficiaryShare | None = None,
    instalment: str = "",
    corrects: LedgerEntry | None = None,
) -> None:
    """Append one entry for this step; an amount of 0 đồng books nothing."""
    if amount == 0:
        return
    year: ProjectYear = step.subject
    source = source or source_of(year)
    paper = step.event.paper or (step.list_act.paper if step.list_act else None)
    book(
        LedgerEntry(
            tenant_id=year.tenant_id,
            project_year=year,
            share=share,
            event=step.event,
            holder=step.by.organisation if kind == EntryKind.ALLOCATED else None,
            programme=year.project.programme,
            province_id=year.project.province_id,
            year=year.year,
            kind=kind,
            source=source,
            level=Level.PROVINCE if source == Source.LOCAL else "",
            amount=amount,
            instalment=instalment,
            paper=str(paper or ""),
            effective_on=step.on,
            position=step.by,
            person=step.by.person,
            corrects=corrects,
        )
    )


def take_back(step: Step, kind: EntryKind, amount: int, corrected: LedgerEntry) -> None:
    """A negative entry that names the entry it takes back, out of the same holder's assignment."""
    if amount == 0:
        return
    book(
        LedgerEntry(
            tenant_id=corrected.tenant_id,
            project_year=step.subject,
            event=step.event,
            holder=corrected.holder,
            programme=corrected.programme,
            province_id=corrected.province_id,
            year=corrected.year,
            kind=kind,
            source=corrected.source,
            level=corrected.level,
            amount=amount,
            paper=str(step.event.paper or ""),
            effective_on=step.on,
            position=step.by,
            person=step.by.person,
            corrects=corrected,
        )
    )


def give_back(step: Step, kind: EntryKind, least: int, *, source: Source | None = None) -> int:
    """Take back what is booked of ``kind`` above ``least`` đồng; answers how much that was."""
    year: ProjectYear = step.subject
    entries = list(year.entries.filter(kind=kind, source=source or source_of(year)).order_by("pk"))
    over = max(sum(entry.amount for entry in entries) - least, 0)
    if over:
        take_back(step, kind, -over, entries[-1])
    return over
