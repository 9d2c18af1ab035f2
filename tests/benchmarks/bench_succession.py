"""How long a merger takes while nobody may write; not part of the suite:

KC_FILES_OF_A_PROVINCE=1000 .venv/bin/python -m pytest -n 0 -q -s tests/benchmarks/bench_succession.py
"""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Callable
from typing import Any

from django.db import connection

from accounts.models import Position
from accounts.tenancy import acting_as
from budgets.models import Activity, EntryKind, LedgerEntry
from projects.models import (
    BeneficiaryShare,
    Contract,
    ContractItem,
    Document,
    EstimateLine,
    Event,
    Paper,
    PaperKind,
    Project,
    ProjectYear,
    ScheduleItem,
)
from projects.states import State
from succession.services import try_out
from tests.cast import position
from tests.factories import make_establishment
from tests.succession.two import prepared

FILES = int(os.environ.get("KC_FILES_OF_A_PROVINCE", "1000"))
EVENTS, LINES, STEPS, DOCUMENTS, ENTRIES = 10, 8, 4, 3, 10
SPRING = dt.date(2026, 3, 2)


def test_a_trial_of_a_merger_with_many_files(committed_db: None) -> None:
    by = position("centre.hai-phong")
    started = time.perf_counter()
    with acting_as(by):
        write_files(by)
    rows = FILES * (3 + EVENTS + LINES + STEPS + DOCUMENTS + ENTRIES + 4)
    print(f"\n{FILES} files, {rows} rows written in {time.perf_counter() - started:.1f} s")
    change = prepared()
    clock = Clock()
    started = time.perf_counter()
    with connection.execute_wrapper(clock):
        outcome = try_out(change, by=position("operator"))
    whole = time.perf_counter() - started
    assert len(outcome["moved"]["codes"]) == FILES
    print(f"trial run of the merger: {whole:.1f} s, {clock.statements} statements; the longest:")
    for seconds, sql in sorted(clock.longest, reverse=True)[:8]:
        print(f"  {seconds:6.2f} s  {sql[:90]}")


class Clock:
    """Measures each statement."""

    def __init__(self) -> None:
        self.statements = 0
        self.longest: list[tuple[float, str]] = []

    def __call__(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(sql, *rest)
        finally:
            self.statements += 1
            self.longest.append((time.perf_counter() - started, sql))


def write_files(by: Position) -> None:
    body = by.organisation
    assert body.province is not None
    activity = Activity.objects.get(code="T10")
    houses = [make_establishment(by=by) for _ in range(FILES // 5)]
    projects = Project.objects.bulk_create(
        Project(
            tenant=body.tenant,
            code=f"BENCH-{number:05}",
            programme="LOCAL",
            year=2026,
            title="Ứng dụng máy móc tiên tiến",
            activity=activity,
            province=body.province,
            implementer=body,
            author=by,
            search="",
        )
        for number in range(FILES)
    )
    years = ProjectYear.objects.bulk_create(
        ProjectYear(
            tenant=body.tenant,
            project=project,
            year=2026,
            state=State.IN_PROGRESS,
            state_since=SPRING,
            support=300_000_000,
        )
        for project in projects
    )
    events = Event.objects.bulk_create(
        Event(
            tenant=body.tenant,
            project_year=year,
            action="submit",
            from_state=State.DRAFT,
            to_state=State.IN_PROGRESS,
            submission=1,
            position=by,
            person=by.person,
            organisation=body,
            effective_on=SPRING,
            snapshot={"file": {"title": "x" * 600}},
        )
        for year in years
        for _ in range(EVENTS)
    )
    EstimateLine.objects.bulk_create(
        EstimateLine(
            tenant=body.tenant,
            project_year=year,
            order=order,
            position=str(order + 1),
            item="Máy",
            unit="cái",
            quantity=1,
            unit_price=1000,
            amount=1000,
            local=1000,
        )
        for year in years
        for order in range(LINES)
    )
    ScheduleItem.objects.bulk_create(
        ScheduleItem(tenant=body.tenant, project_year=year, position=order, work="Khảo sát")
        for year in years
        for order in range(STEPS)
    )
    Document.objects.bulk_create(
        Document(tenant=body.tenant, project_year=year, code="D01", title="Đơn", uploaded_by=by)
        for year in years
        for _ in range(DOCUMENTS)
    )
    shares = BeneficiaryShare.objects.bulk_create(
        BeneficiaryShare(
            tenant=body.tenant,
            project_year=year,
            establishment=houses[number % len(houses)],
            support=300_000_000,
        )
        for number, year in enumerate(years)
    )
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            tenant=body.tenant,
            project_year=year,
            event=events[number * EVENTS],
            share=shares[number],
            programme="LOCAL",
            province=body.province,
            year=2026,
            kind=EntryKind.APPROVED,
            source="COUNTERPART",  # the limits of State money are not what is measured
            amount=300_000_000,
            paper="QĐ 1/QĐ-UBND",
            effective_on=SPRING,
            position=by,
            person=by.person,
        )
        for number, year in enumerate(years)
        for _ in range(ENTRIES)
    )
    write_contracts(by, years)


def write_contracts(by: Position, years: list[ProjectYear]) -> None:
    """One for each file, with the department."""
    department = position("dept.head.hai-phong")
    tenant = by.organisation.tenant
    papers = Paper.objects.bulk_create(
        Paper(
            tenant=tenant,
            kind=PaperKind.CONTRACT,
            number=f"{number}/HĐ-SCT",
            dated=SPRING,
            year=SPRING.year,
            issuer=department.organisation,
            recorded_by=department,
        )
        for number in range(1, len(years) + 1)
    )
    contracts = Contract.objects.bulk_create(
        Contract(
            tenant=tenant,
            kind="CONTRACT",
            paper=paper,
            party_a=department.organisation,
            party_b=by.organisation,
            signed_a=department,
            signed_b="Giám đốc",
            starts_on=SPRING,
            ends_on=SPRING,
            accepting_body=department.organisation,
        )
        for paper in papers
    )
    ContractItem.objects.bulk_create(
        ContractItem(tenant=tenant, contract=contract, project_year=year, amount=1)
        for contract, year in zip(contracts, years, strict=True)
    )
