"""What the pages show of a change: facts, what moves, sums before and after, in words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from accounts.models import OrganisationName, Position, Province, Region
from budgets.models import EntryKind, Source
from khuyencong.lib.numbers import grouped
from projects.states import State
from succession.carrying import by_state
from succession.models import Change, Kind
from succession.plans import FIRST, Plan
from succession.queries import counts_of, files_of, shared_with
from succession.signing import papers_ending

COUNTS = {
    "establishments": "Cơ sở công nghiệp nông thôn trong danh bạ",
    "contracts": "Hợp đồng, quyết định giao nhiệm vụ",
    "documents": "Tài liệu của hồ sơ",
    "owed": "Báo cáo còn nợ",
    "typing": "Bản đang gõ dở",
    "papers": "Văn bản của hồ sơ",
    "slips": "Phiếu trình chưa ban hành (cơ quan kế thừa soạn lại)",
    "lists": "Danh mục, tờ trình, quyết định của tỉnh",
    "rounds": "Đợt đăng ký của tỉnh",
    "assignments": "Lần giao dự toán",
    "issued": "Báo cáo đã ban hành",
}
MOVES = ("establishments", "contracts", "documents", "owed", "typing")
"""Go with the open files (contracts and documents as far as theirs); the others stay where they were made."""


@dataclass(frozen=True)
class StateLine:
    """Number of files of one state and their support in đồng."""

    label: str
    n: int
    support: str


def state_lines(states: dict[str, list[int]]) -> list[StateLine]:
    """In the order of the chain."""
    found = [(State(state), n, amount) for state, (n, amount) in states.items()]
    order = list(State)
    return [
        StateLine(str(state.label), n, grouped(amount))
        for state, n, amount in sorted(found, key=lambda line: order.index(line[0]))
    ]


def labels_of(change: Change, plan: Plan) -> list[tuple[str, str]]:
    """From which unit or body to which, one line each."""
    units = {unit.pk: unit.name for unit in Province.objects.filter(pk__in=[*plan.sources, *plan.regions])}
    if change.kind in {Kind.MERGE, Kind.SPLIT}:
        targets = ", ".join(target.full_name or "chưa ghi tên" for target in plan.targets)
        return [(", ".join(units[pk] for pk in plan.sources), targets)]
    if change.kind == Kind.REGION:
        return [
            (units[pk], str(Region(region).label) if region else "chưa chọn")
            for pk, region in plan.regions.items()
        ]
    provinces = dict(
        Province.objects.filter(pk__in=[row.pk for row in plan.provinces]).values_list("pk", "name")
    )
    names = OrganisationName.objects.filter(
        organisation__in=[row.pk for row in plan.organisations], valid_from__lt=change.day
    ).order_by("valid_from")
    bodies = {name.organisation_id: name.name for name in names}
    return [
        *((provinces.get(row.pk, ""), row.name) for row in plan.provinces),
        *((bodies.get(row.pk, ""), row.name) for row in plan.organisations),
    ]


@dataclass(frozen=True)
class Preview:
    """What a merge or split would move and leave, counted now. Amounts in đồng, as texts."""

    moves: list[StateLine]
    stays: list[StateLine]
    moving: int
    staying: int
    outstanding: str
    counts: list[tuple[str, int, bool]]
    people: int
    unseated: list[str]
    parts: list[tuple[str, int]]
    shared: int
    signing: list[str]


def preview(change: Change, plan: Plan) -> Preview | None:
    if change.kind not in {Kind.MERGE, Kind.SPLIT}:
        return None
    tenants = list(Province.objects.filter(pk__in=plan.sources).values_list("tenant_id", flat=True))
    standing = set(
        Province.objects.filter(pk__in=[t.province for t in plan.targets if t.province]).values_list(
            "tenant_id", flat=True
        )
    )
    tenant_of = {
        target.key: tenant
        for target in plan.targets
        for pk, tenant in Province.objects.filter(pk__in=plan.sources).values_list("pk", "tenant_id")
        if target.province == pk
    }
    files = files_of(tenants)
    going = [
        each for each in files if each.alive and tenant_of.get(plan.files.get(each.pk, FIRST)) != each.tenant
    ]
    staying = [each for each in files if each not in going]
    counts = counts_of([tenant for tenant in tenants if tenant not in standing] or tenants)
    together = [tenant for tenant, _ in shared_with(plan.ending)]
    none = [seat.position for seat in plan.seats if not seat.body]
    return Preview(
        moves=state_lines(by_state(going)),
        stays=state_lines(by_state(staying)),
        moving=len(going),
        staying=len(staying),
        outstanding=grouped(sum(each.outstanding for each in going)),
        counts=[(label, counts[name], name in MOVES) for name, label in COUNTS.items()],
        people=len(plan.seats) - len(none),
        unseated=[str(row.person) for row in Position.objects.filter(pk__in=none).select_related("person")],
        parts=[
            (
                target.full_name,
                sum(plan.files.get(each.pk, FIRST) == target.key for each in files if each.alive),
            )
            for target in plan.targets
        ],
        shared=sum(each.alive for each in files_of(together)) if together else 0,
        signing=papers_ending(plan, change.day - dt.timedelta(days=1)),
    )


@dataclass(frozen=True)
class SumLine:
    """A kind and source of the ledger, in đồng: by the units of then, of now, and both totals."""

    kind: str
    source: str
    then: list[tuple[str, str]]
    now: list[tuple[str, str]]
    total_then: str
    total_now: str


@dataclass(frozen=True)
class Shown:
    moves: list[StateLine]
    stays: list[StateLine]
    codes: list[str]
    register: dict[str, int]
    reports: int
    people: int
    unseated: list[str]
    shared: int
    carried: int
    signing: list[str]
    sums: list[SumLine]
    prints: list[tuple[str, int, str]]
    names: int
    regions: int


def outcome_shown(outcome: dict[str, Any] | None) -> Shown | None:
    """What a trial or the act itself found."""
    if outcome is None:
        return None
    moved = outcome.get("moved", {})
    order = {kind.value: at for at, kind in enumerate(EntryKind)}
    rows = sorted(outcome.get("sums", []), key=lambda row: (order[row["kind"]], row["source"]))
    return Shown(
        moves=state_lines(moved.get("states", {})),
        stays=state_lines(outcome.get("stayed", {})),
        codes=moved.get("codes", []),
        register=moved.get("register", {}),
        reports=moved.get("reports", 0),
        people=outcome.get("people", 0),
        unseated=outcome.get("unseated", []),
        shared=outcome.get("shared", {}).get("files", 0),
        carried=outcome.get("shared", {}).get("carried", 0),
        signing=outcome.get("signing", []),
        sums=[
            SumLine(
                kind=str(EntryKind(row["kind"]).label),
                source=str(Source(row["source"]).label),
                then=[(name, grouped(amount)) for name, amount in row["then"].items()],
                now=[(name, grouped(amount)) for name, amount in row["now"].items()],
                total_then=grouped(row["total_then"]),
                total_now=grouped(row["total_now"]),
            )
            for row in rows
        ],
        prints=[(name, n, print_) for name, (n, print_) in outcome.get("prints", {}).items()],
        names=outcome.get("names", 0),
        regions=outcome.get("regions", 0),
    )
